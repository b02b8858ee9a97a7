package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A signal to this very process while the second image is drawn: SIGTERM, which goes the way of Ctrl-C's SIGINT but is not
 * ignored where tests run in the background.
 */
class InterruptsTest {
    @TempDir
    Path folder;

    @Test
    void generateStopsAfterTheStepAndKeepsWhatIsDone() throws Exception {
        Cli run = Cli.run(new Interrupted(1).opener(), "generate", "p", "-n", "3", "-o", folder.toString());
        assertThat(run.exitCode()).isEqualTo(130);
        assertThat(run.outLines()).containsExactly(folder + "/0000.png");
        assertThat(run.err()).contains("Ctrl-C again ends at once", "interrupted; 1 of 3 images are written");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("0000.png"));
        }
    }

    @Test
    void searchGoesOnFromThere() {
        String[] search = {"search", "a red circle", "--rounds", "2", "--branches", "1", "-o", folder.toString()};
        Cli stopped = Cli.run(new Interrupted(1).opener(), search);
        assertThat(stopped.exitCode()).isEqualTo(130);
        assertThat(stopped.err()).contains("the same command goes on with the run in " + folder);
        DrawnByRule engine = new DrawnByRule();
        Cli resumed = Cli.run(engine.opener(), search);
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(engine.drawn).hasSize(1);
    }

    /** Sends the signal in the first step after some images, then steps slowly until it has arrived. */
    private static final class Interrupted extends DrawnByRule {
        private final int after;

        Interrupted(int after) {
            this.after = after;
        }

        @Override
        public List<GeneratedImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
            if (drawn.size() < after) {
                return super.generate(requests, listener);
            }
            interruptThisProcess();
            GenerationRequest slow = requests.get(0).toBuilder().steps(1000).build();
            return super.generate(List.of(slow), new GenerationListener() {
                @Override
                public boolean onStep(int step, int steps, Supplier<List<RgbImage>> preview) {
                    LockSupport.parkNanos(50_000_000); // a signal that takes 50 s will not come
                    return listener.onStep(step, steps, preview);
                }
            });
        }
    }

    /** Sends SIGTERM to this process. */
    static void interruptThisProcess() {
        try {
            new ProcessBuilder(
                            "kill",
                            "-TERM",
                            Long.toString(ProcessHandle.current().pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

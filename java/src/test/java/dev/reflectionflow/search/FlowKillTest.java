package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.feedback.Advice;
import dev.reflectionflow.run.FaultyRuns;
import dev.reflectionflow.run.FaultyRuns.Disk;
import dev.reflectionflow.run.FaultyRuns.Killed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** B18: a search with all its axes and pruning that dies anywhere ends, started again, as if it had not. */
class FlowKillTest extends FlowFixture {
    private static final int NEVER = -1;

    private final AtomicInteger judged = new AtomicInteger();
    private final AtomicInteger advised = new AtomicInteger();
    private Map<String, String> expected;
    private int points;

    @BeforeEach
    void runOnceWithoutAFault() throws IOException {
        Disk whole = new Disk(NEVER);
        run(folder.resolve("whole"), whole);
        expected = RunFiles.of(folder.resolve("whole"));
        points = whole.points();
        assertThat(lines(folder.resolve("whole"), "advice")).isEqualTo(2);
        assertThat(lines(folder.resolve("whole"), "pruning")).isEqualTo(2);
        assertThat(lines(folder.resolve("whole"), "score")).isEqualTo(3);
        assertThat(expected).containsKeys("best/1/00000/samples/00000.png", "best/4/00000/metadata.jsonl");
    }

    @Test
    void nothingIsAskedTwiceWhereverItDies() throws IOException {
        for (int point = 0; point < points; point++) {
            Path directory = folder.resolve("died-at-" + point);
            Disk dying = new Disk(point);
            assertThatThrownBy(() -> run(directory, dying)).isInstanceOf(Killed.class);
            int scores = lines(directory, "score");
            int advice = lines(directory, "advice");
            int previews = 2 * lines(directory, "pruning");
            judged.set(0);
            advised.set(0);
            run(directory, new Disk(NEVER));
            assertThat(RunFiles.of(directory)).as("killed at point " + point).isEqualTo(expected);
            assertThat(judged.get()).as("killed at point " + point).isEqualTo(3 + 4 - scores - previews);
            assertThat(advised.get()).as("killed at point " + point).isEqualTo(2 - advice);
        }
    }

    @Test
    void aFullDiskIsSaidAndLosesNothing() throws IOException {
        for (int point = 0; point < points; point += 5) {
            Path directory = folder.resolve("full-at-" + point);
            Disk full = Disk.fullFrom(point);
            assertThatThrownBy(() -> run(directory, full)).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE);
                assertThat(e.getMessage()).contains("cannot be written: No space left on device");
            });
            run(directory, new Disk(NEVER));
            assertThat(RunFiles.of(directory)).as("full at point " + point).isEqualTo(expected);
        }
    }

    private void run(Path directory, Disk disk) {
        Roles roles = Roles.of(TestRoles.verifier(1, (image, prompt) -> {
                    judged.incrementAndGet();
                    return TestRoles.byPixels(image).satisfied(true).costing(TestRoles.COST);
                }))
                .with(TestRoles.reflector(attempt -> {
                    advised.incrementAndGet();
                    return Advice.given(TestRoles.reflectionOn(attempt.image()), TestRoles.COST);
                }))
                .with(TestRoles.refiner((attempt, newest) -> {
                    advised.incrementAndGet();
                    return Advice.failed("no idea about " + newest, TestRoles.COST);
                }));
        FlowConfigBuilder config =
                flow(2, 2).pruning(new PruningSettings(1, 0.5)).drawing(new DrawingSettings(32, 32, 4, null, null));
        flow(config, roles)
                .run(List.of(PROMPT), values -> FaultyRuns.open(directory, values, disk), SearchListener.NONE);
    }

    /** Whole lines of a kind in the journal. */
    private static int lines(Path directory, String kind) throws IOException {
        Path journal = directory.resolve("journal.jsonl");
        if (!Files.exists(journal)) {
            return 0;
        }
        String text = Files.readString(journal);
        return (int) text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("{\"kind\":\"" + kind + "\""))
                .count();
    }
}

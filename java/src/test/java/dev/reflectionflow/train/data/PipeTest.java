package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipeTest {
    @TempDir
    Path folder;

    private final List<String> problems = new ArrayList<>();

    @Test
    void aCommandsOutputIsAShard() {
        write("x_0.tar", 0);
        write("x_1.tar", 10);
        MixedSource source = open("pipe:cat " + folder + "/x_{0..1}.tar");
        assertThat(TestShards.prompts(source.next(0, 8)))
                .containsExactlyInAnyOrder(
                        "prompt 0",
                        "prompt 1",
                        "prompt 2",
                        "prompt 3",
                        "prompt 10",
                        "prompt 11",
                        "prompt 12",
                        "prompt 13");
        assertThat(problems).isEmpty();
    }

    /** T6: the released loader neither retries a broken stream nor tells of it; a half shard passes for a whole one. */
    @Test
    void aCommandThatFailsOnceIsStartedAgainWhereItBroke() {
        Path tar = write("x.tar", 0);
        Path flag = folder.resolve("failed-once");
        String command = "pipe:if [ -e " + flag + " ]; then cat " + tar + "; else touch " + flag + "; head -c 4000 "
                + tar + "; echo 'connection reset' >&2; exit 56; fi";
        MixedSource source = open(command);
        assertThat(TestShards.prompts(source.next(0, 4)))
                .containsExactlyInAnyOrder("prompt 0", "prompt 1", "prompt 2", "prompt 3");
        assertThat(problems).containsExactly(command + ": exit status 56: connection reset; started again");
        assertThat(source.damaged()).isZero();
    }

    @Test
    void aCommandThatKeepsFailingIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> open("pipe:echo no such host >&2; exit 6"))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                .hasMessage("pipe:echo no such host >&2; exit 6: exit status 6: no such host, 3 times");
    }

    @Test
    void theStatusOfACommandThatPrintedAWholeShardCounts() {
        Path tar = write("x.tar", 0);
        assertThatThrownBy(() -> open("pipe:cat " + tar + "; exit 3")).hasMessageContaining("exit status 3, 3 times");
    }

    @Test
    void closingEndsTheCommand() throws IOException {
        Path tar = write("x.tar", 0);
        Path pid = folder.resolve("pid");
        DataConfig config = TestShards.config(
                MixingSchedule.NONE, 2, "pipe:echo $$ > " + pid + "; cat " + tar + "; exec sleep 600");
        MixedSource source = TestShards.open(config, DataPosition.START, problems);
        source.next(0, 1);
        ProcessHandle command =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        source.close();
        assertThat(command.onExit()).succeedsWithin(java.time.Duration.ofSeconds(20));
    }

    private MixedSource open(String pattern) {
        return TestShards.open(TestShards.config(MixingSchedule.NONE, 100, pattern), DataPosition.START, problems);
    }

    private Path write(String name, int first) {
        TestTar tar = new TestTar();
        IntStream.range(first, first + 4).forEach(i -> TestShards.add(tar, i, "rule"));
        return TestShards.write(folder.resolve(name), tar.bytes());
    }
}

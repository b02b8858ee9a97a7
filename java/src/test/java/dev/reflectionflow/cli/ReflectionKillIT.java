package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.Golden;
import dev.reflectionflow.search.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real command with the real engine, stopped in the midst of a reflection run, ends as if nothing had been. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReflectionKillIT {
    private static final int KILLED = 128 + 9;
    private static final int LINES_AT_LEAST = 2;
    private static final int LINES_AT_MOST = 20;
    /** Microseconds: about what one image takes. */
    private static final int LONGEST_WAIT = 30_000;

    @TempDir
    private Path folder;

    private Process start(Path directory, String... before) throws IOException {
        Path prompts = folder.resolve("prompts.txt");
        Files.writeString(prompts, "a red circle\ntwo blue squares\n");
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of("search", "--prompts", prompts.toString(), "-o", directory.toString()));
        command.addAll(List.of("-m", Golden.path("tiny-flux-dev").toString(), "--threads", "1"));
        command.addAll(
                List.of("--corrector", Golden.path("lora/plain.safetensors").toString()));
        command.addAll(List.of("--reflector", "scene", "--refiner", "scene", "--condition-size", "32"));
        command.addAll(List.of("--rounds", "4", "--branches", "2", "-W", "64", "-H", "64", "-s", "2"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
    }

    @Test
    void aKilledReflectionRunEndsAsOneThatWasNot() throws Exception {
        Path whole = folder.resolve("whole");
        assertThat(start(whole).waitFor()).as(output()).isZero();
        Path directory = folder.resolve("killed");
        Random random = new Random(11);
        int kills = 0;
        int status = KILLED;
        while (status == KILLED) {
            List<String> journal = journal(directory);
            int lines = journal.size() + LINES_AT_LEAST + random.nextInt(LINES_AT_MOST - LINES_AT_LEAST);
            status = runAndKill(directory, lines, random.nextInt(LONGEST_WAIT));
            kills += status == KILLED ? 1 : 0;
            assertThat(journal(directory).subList(0, journal.size())).isEqualTo(journal);
        }
        assertThat(status).as(output()).isZero();
        assertThat(kills).isGreaterThan(2);
        assertThat(RunFiles.of(directory)).isEqualTo(RunFiles.of(whole));
        assertThat(journal(directory)).anyMatch(line -> line.contains("\"role\":\"reflection\""));
    }

    /** No file may grow to what the journal needs in the end, which is what a full disk does to it. */
    @Test
    void aRunThatFillsTheDiskSaysSoAndGoesOnLater() throws Exception {
        Path whole = folder.resolve("whole");
        assertThat(start(whole).waitFor()).as(output()).isZero();
        long kibibytes = Files.size(whole.resolve("journal.jsonl")) * 3 / 4 / 1024;
        Path directory = folder.resolve("full");
        Process full = start(directory, "bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "bash");
        assertThat(full.waitFor()).as(output()).isEqualTo(ErrorCode.INVALID_FILE.exitCode());
        assertThat(output().lines())
                .filteredOn(line -> line.contains("journal.jsonl: cannot be written"))
                .hasSize(1);
        List<String> journal = journal(directory);
        assertThat(journal).hasSizeGreaterThan(LINES_AT_LEAST);
        assertThat(start(directory).waitFor()).as(output()).isZero();
        assertThat(journal(directory).subList(0, journal.size())).isEqualTo(journal);
        assertThat(RunFiles.of(directory)).isEqualTo(RunFiles.of(whole));
    }

    /** Waits until the journal has so many lines, and kills the run a moment later; its exit code. */
    private int runAndKill(Path directory, int lines, int micros) throws Exception {
        Process process = start(directory);
        try {
            while (process.isAlive() && journal(directory).size() < lines) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            TimeUnit.MICROSECONDS.sleep(micros);
            process.destroyForcibly();
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }

    /** The journal's whole lines. */
    private static List<String> journal(Path directory) throws IOException {
        Path journal = directory.resolve("journal.jsonl");
        if (!Files.exists(journal)) {
            return List.of();
        }
        String text = Files.readString(journal);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }
}

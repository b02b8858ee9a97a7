package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A search in a process of its own, killed by the system's own means, goes on until it is done as if nothing had been. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SearchKillIT {
    private static final int KILLED = 128 + 9;
    /** Nanoseconds: about what a round of the search takes. */
    private static final int LONGEST_WAIT = 12_000_000;

    @TempDir
    private Path folder;

    private Process start(Path directory) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SearchProcess.class.getName(),
                        directory.toString())
                .redirectError(folder.resolve("errors.txt").toFile())
                .start();
    }

    /**
     * Kills a search a moment after its n-th new candidate, restarts it, and so on: each start makes progress, and the
     * moment falls anywhere in the work for the next candidate, which may be a whole round.
     */
    @Test
    void aKilledSearchEndsAsOneThatWasNot() throws Exception {
        Path whole = folder.resolve("whole");
        SearchProcess.search(whole, SearchListener.NONE);
        Path directory = folder.resolve("killed");
        Random random = new Random(7);
        int kills = 0;
        boolean done = false;
        while (!done) {
            List<String> journal = journal(directory);
            done = runAndKill(directory, 1 + random.nextInt(6), random.nextInt(LONGEST_WAIT));
            kills += done ? 0 : 1;
            assertThat(journal(directory).subList(0, journal.size())).isEqualTo(journal);
            assertThat(folder.resolve("errors.txt")).isEmptyFile();
            assertThat(kills).isLessThan(SearchProcess.IMAGES);
        }
        assertThat(kills).isGreaterThan(2);
        assertThat(RunFiles.of(directory)).isEqualTo(RunFiles.of(whole));
        assertThat(SearchProcess.search(directory, SearchListener.NONE).budget().images())
                .isEqualTo(SearchProcess.IMAGES);
    }

    /** Lets the search make some candidates and kills it on its way to the next; whether it came to its end instead. */
    private boolean runAndKill(Path directory, int candidates, int nanos) throws Exception {
        Process process = start(directory);
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                OutputStream leave = process.getOutputStream()) {
            int fresh = 0;
            while (fresh < candidates && lines.readLine() != null) {
                fresh++;
                leave.write('\n');
                leave.flush();
            }
            if (fresh == candidates) {
                TimeUnit.NANOSECONDS.sleep(nanos);
                process.destroyForcibly();
            }
            int status = process.waitFor();
            assertThat(status).isIn(0, KILLED);
            return status == 0;
        } finally {
            process.destroyForcibly();
        }
    }

    /** The journal's whole lines. */
    private static List<String> journal(Path directory) throws IOException {
        Path journal = directory.resolve("journal.jsonl");
        if (!Files.exists(journal)) {
            return List.of();
        }
        String text = Files.readString(journal);
        try (Stream<String> lines =
                text.substring(0, text.lastIndexOf('\n') + 1).lines()) {
            return lines.toList();
        }
    }
}

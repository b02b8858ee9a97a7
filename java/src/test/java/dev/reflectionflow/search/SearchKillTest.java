package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.feedback.SceneVerifier;
import dev.reflectionflow.run.FaultyRuns;
import dev.reflectionflow.run.FaultyRuns.Disk;
import dev.reflectionflow.run.FaultyRuns.Killed;
import dev.reflectionflow.run.RequestRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that dies at any point of its writing ends, once it is started again, as the run that never died. */
class SearchKillTest {
    private static final List<SearchPrompt> PROMPTS =
            List.of(SearchPrompt.of(0, "a red circle"), SearchPrompt.of(1, "a star"));
    private static final SearchConfig CONFIG = new SearchConfig(2, 2, 5, 32, 32, 2, null, null);
    private static final int NEVER = -1;

    @TempDir
    private Path folder;

    @Test
    void losesAndRepeatsNothingWhereverItDies() throws IOException {
        Disk whole = new Disk(NEVER);
        run(folder.resolve("whole"), whole, new ScenePainter("m"));
        Map<String, String> expected = files(folder.resolve("whole"));
        assertThat(expected).hasSize(2 + 2 * (1 + 4));
        assertThat(whole.points()).isGreaterThan(60);
        for (int point = 0; point < whole.points(); point++) {
            Path directory = folder.resolve("died-at-" + point);
            Disk dying = new Disk(point);
            assertThatThrownBy(() -> run(directory, dying, new ScenePainter("m")))
                    .isInstanceOf(Killed.class);
            Set<String> kept = keptKeys(directory);
            ScenePainter second = new ScenePainter("m");
            run(directory, new Disk(NEVER), second);
            assertThat(files(directory)).as("killed at point " + point).isEqualTo(expected);
            assertThat(second.drawn)
                    .as("killed at point " + point)
                    .noneMatch(
                            request -> kept.contains(RequestRecord.of(request).key("m")))
                    .hasSize(8 - kept.size());
        }
    }

    private static void run(Path directory, Disk disk, ScenePainter painter) {
        new Search(CONFIG, painter, new SceneVerifier(warning -> {}), new PngCodec("scenes", List.of(), "fp32"))
                .run(PROMPTS, values -> FaultyRuns.open(directory, values, disk), SearchListener.NONE);
    }

    /** Keys of the images that the journal's whole lines know. */
    private static Set<String> keptKeys(Path directory) throws IOException {
        Path journal = directory.resolve("journal.jsonl");
        if (!Files.exists(journal)) {
            return Set.of();
        }
        String text = Files.readString(journal);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.contains("\"kind\":\"image\""))
                .map(line -> line.replaceAll(".*\"key\":\"(\\w+)\".*", "$1"))
                .collect(Collectors.toSet());
    }

    /** Every file with its content; the journal's timings are left out, and so is the lock. */
    private static Map<String, String> files(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(path, java.nio.charset.StandardCharsets.ISO_8859_1);
                files.put(directory.relativize(path).toString(), text.replaceAll("\"milliseconds\":[-+.\\dE]+", ""));
            }
        }
        files.remove(".lock");
        return files;
    }
}

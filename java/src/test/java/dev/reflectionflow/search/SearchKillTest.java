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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that dies at any point of its writing ends, once it is started again, as the run that never died. */
class SearchKillTest {
    private static final List<SearchPrompt> PROMPTS =
            List.of(SearchPrompt.of(0, "a red circle"), SearchPrompt.of(1, "a star"));
    private static final FlowConfig CONFIG = FlowConfig.builder()
            .rounds(2)
            .branches(2)
            .seed(5)
            .promptsAtOnce(1)
            .drawing(new DrawingSettings(32, 32, 2, null, null))
            .build();
    private static final int NEVER = -1;

    @TempDir
    private Path folder;

    @Test
    void losesAndRepeatsNothingWhereverItDies() throws IOException {
        Disk whole = new Disk(NEVER);
        run(folder.resolve("whole"), whole, new ScenePainter("m"));
        Map<String, String> expected = RunFiles.of(folder.resolve("whole"));
        assertThat(expected).hasSize(2 + 2 * (1 + 4) + 3 * 2 * 2);
        assertThat(whole.points()).isGreaterThan(100);
        for (int point = 0; point < whole.points(); point++) {
            Path directory = folder.resolve("died-at-" + point);
            Disk dying = new Disk(point);
            assertThatThrownBy(() -> run(directory, dying, new ScenePainter("m")))
                    .isInstanceOf(Killed.class);
            Set<String> kept = keptKeys(directory);
            ScenePainter second = new ScenePainter("m");
            run(directory, new Disk(NEVER), second);
            assertThat(RunFiles.of(directory)).as("killed at point " + point).isEqualTo(expected);
            assertThat(second.drawn)
                    .as("killed at point " + point)
                    .noneMatch(
                            request -> kept.contains(RequestRecord.of(request).key("m")))
                    .hasSize(8 - kept.size());
        }
    }

    /** Dies again and again, at other points each time, also while it picks up what an earlier death left. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void survivesAnyNumberOfDeaths(long seed) throws IOException {
        run(folder.resolve("whole"), new Disk(NEVER), new ScenePainter("m"));
        Random random = new Random(seed);
        Path directory = folder.resolve("dying");
        Set<String> drawn = new HashSet<>();
        int deaths = 0;
        boolean done = false;
        while (!done) {
            Set<String> kept = keptKeys(directory);
            ScenePainter painter = new ScenePainter("m");
            try {
                run(directory, new Disk(3 + random.nextInt(24)), painter);
                done = true;
            } catch (Killed e) {
                deaths++;
            }
            painter.drawn.forEach(request -> drawn.add(RequestRecord.of(request).key("m")));
            assertThat(keptKeys(directory)).as("images of earlier starts").containsAll(kept);
            assertThat(painter.drawn)
                    .noneMatch(
                            request -> kept.contains(RequestRecord.of(request).key("m")));
            assertThat(deaths).isLessThan(200);
        }
        assertThat(deaths).isGreaterThan(3);
        assertThat(drawn).hasSize(8);
        assertThat(RunFiles.of(directory)).isEqualTo(RunFiles.of(folder.resolve("whole")));
    }

    private static void run(Path directory, Disk disk, ScenePainter painter) {
        new ReflectionFlow(
                        CONFIG,
                        painter,
                        new PngCodec("scenes", List.of(), "fp32"),
                        Roles.of(new SceneVerifier(warning -> {})))
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
}

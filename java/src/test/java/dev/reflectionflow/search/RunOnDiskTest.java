package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a search leaves on the disk, and what it makes of that when it is started again. */
class RunOnDiskTest extends FlowFixture {
    private static final Roles BY_PIXELS =
            Roles.of(TestRoles.verifier(1, (image, prompt) -> TestRoles.byPixels(image)));

    /** Images by prompt folder as GenEval's evaluator finds them: names of digits only, in both. */
    private static Map<String, List<String>> evaluated(Path images) throws IOException {
        Map<String, List<String>> found = new TreeMap<>();
        for (String prompt : names(images, "\\d+")) {
            assertThat(images.resolve(prompt + "/metadata.jsonl")).hasContent("{\"prompt\":\"a red circle\"}\n");
            found.put(prompt, names(images.resolve(prompt + "/samples"), "\\d+\\.png"));
        }
        return found;
    }

    private static List<String> names(Path folder, String pattern) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches(pattern))
                    .sorted()
                    .toList();
        }
    }

    /** B14: everything is where GenEval's evaluator looks for it, and the best of each budget is a folder of its own. */
    @Test
    void theEvaluatorFindsEveryImageAndTheBestOfEachBudget() throws IOException {
        PromptResult result = search(flow(3, 2), BY_PIXELS.with(TestRoles.naming()));
        Path run = folder.resolve("run");
        assertThat(evaluated(run))
                .containsOnly(Map.entry(
                        "00000",
                        List.of("00000.png", "00001.png", "00002.png", "00003.png", "00004.png", "00005.png")));
        assertThat(names(run.resolve("best"), ".*")).containsExactlyInAnyOrder("1", "2", "4", "6");
        for (int budget : new int[] {1, 2, 4, 6}) {
            Path best = run.resolve("best/" + budget);
            assertThat(evaluated(best)).containsOnly(Map.entry("00000", List.of("00000.png")));
            Candidate expected = result.candidates().subList(0, budget).stream()
                    .min(Candidate.BEST_FIRST)
                    .orElseThrow();
            assertThat(best.resolve("00000/samples/00000.png")).hasSameBinaryContentAs(expected.file());
        }
    }

    @Test
    void aPromptThatEndsEarlyIsInEveryBudgetsFolder() throws IOException {
        search(flow(4, 2).stop(new StopRules(0.5, false, 0)), Roles.of(TestRoles.scores(0.9)));
        assertThat(evaluated(folder.resolve("run")).get("00000")).hasSize(2);
        assertThat(evaluated(folder.resolve("run/best/8"))).hasSize(1);
    }

    /** B18: rows keep their numbers when a run takes only some of them, so that runs of other rows fit beside it. */
    @Test
    void aSliceOfTheRowsKeepsTheirFolders() throws IOException {
        List<SearchPrompt> rows = List.of(SearchPrompt.of(7, "a red circle"), SearchPrompt.of(9, "a red circle"));
        flow(flow(1, 1), BY_PIXELS).run(rows, folder.resolve("run"), SearchListener.NONE);
        assertThat(evaluated(folder.resolve("run")).keySet()).containsExactly("00007", "00009");
    }

    /** B19: every image is verified once, in this start or an earlier one; the released search did it twice. */
    @Test
    void everyImageIsVerifiedOnce() {
        List<String> judged = Collections.synchronizedList(new ArrayList<>());
        Roles roles = Roles.of(TestRoles.verifier(3, (image, prompt) -> {
                    judged.add(image.sha256());
                    return TestRoles.byPixels(image);
                }))
                .with(TestRoles.naming());
        PromptResult result = search(flow(4, 3), roles);
        assertThat(judged).doesNotHaveDuplicates().hasSize(12);
        assertThat(result.budget().verifierCalls()).isEqualTo(12);
        assertThat(search(flow(4, 3), roles)).isEqualTo(result);
        assertThat(judged).hasSize(12);
    }

    /** The search has gone on from a failure, so it stays what the next rounds saw; the choice at the end knows better. */
    @Test
    void aScoreThatComesLateChangesTheChoiceButNotThePast() {
        AtomicBoolean healthy = new AtomicBoolean();
        Roles roles = Roles.of(TestRoles.verifier(
                        1,
                        (image, prompt) -> image.sha256().equals(first())
                                ? healthy.get() ? TestRoles.scored(2) : Score.unscored("busy")
                                : TestRoles.byPixels(image)))
                .with(TestRoles.naming());
        PromptResult before = search(flow(3, 2), roles);
        assertThat(before.unscored()).isEqualTo(1);
        healthy.set(true);
        PromptResult after = search(flow(3, 2), roles);
        assertThat(painter.drawn).hasSize(6);
        assertThat(after.unscored()).isZero();
        assertThat(after.best().image()).isZero();
        assertThat(after.candidates())
                .extracting(Candidate::sha256)
                .isEqualTo(before.candidates().stream().map(Candidate::sha256).toList());
        assertThat(folder.resolve("run/best/6/00000/samples/00000.png"))
                .hasSameBinaryContentAs(after.best().file());
    }

    /** The pixels of the first image. */
    private String first() {
        return CODEC.decode(folder.resolve("run/00000/samples/00000.png")).sha256();
    }

    @Test
    void theReleasedRulesAreWrittenDown() throws IOException {
        PromptResult result = search(
                flow(3, 2).pool(3, true).released().limits(new Limits(3L, null, null, null, null, null)),
                BY_PIXELS.with(TestRoles.naming()));
        assertThat(folder.resolve("run/config.json"))
                .content()
                .contains("\"compat\" : \"released\"", "\"text\" : \"released\"", "\"selection\" : \"apart\"")
                .contains(
                        "\"pool_counts\" : false", "\"keep_parent\" : false", "\"steps\" : 28", "\"squashed\" : true");
        assertThat(result.candidates()).hasSize(6);
        assertThat(result.counted()).extracting(Candidate::image).containsExactly(3, 4, 5);
        assertThat(result.best().round()).isPositive();
        assertThat(result.budget().images()).isEqualTo(3);
        assertThat(result.uncounted().images()).isEqualTo(3);
        assertThat(evaluated(folder.resolve("run")).get("00000")).hasSize(3);
        assertThat(names(folder.resolve("run/00000/pool"), ".*")).hasSize(3);
    }

    /** Two equal requests make one drawing and two files. */
    @Test
    void anEqualRequestIsNotDrawnTwice() throws IOException {
        try (RunFolder runFolder = RunFolder.open(folder.resolve("run"), Map.of());
                Services services = new Services(BY_PIXELS)) {
            runFolder.startPrompt(0, PROMPT.metadata());
            FlowRun run = new FlowRun(
                    flow(1, 2).build(),
                    painter,
                    "m",
                    CODEC,
                    runFolder,
                    new SharedListener(SearchListener.NONE),
                    services);
            PromptLog log = new PromptLog(run, PROMPT);
            Draw draw = new SearchRound(run, PROMPT).pool(1).get(0);
            List<Picture> pictures = new RoundDrawing(run, PROMPT, log).draw(List.of(draw, draw), 0);
            assertThat(painter.drawn).hasSize(1);
            assertThat(pictures.get(1).item().sha256())
                    .isEqualTo(pictures.get(0).item().sha256());
            assertThat(log.spent().images()).isEqualTo(1);
            new Judging(run, PROMPT, log).judge(pictures);
            assertThat(log.spent().verifierCalls()).isEqualTo(1);
        }
    }
}

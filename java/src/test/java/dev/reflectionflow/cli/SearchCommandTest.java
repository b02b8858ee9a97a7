package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SearchCommandTest {
    private static final String PROMPT = "a photo of a red circle";

    private final DrawnByRule engine = new DrawnByRule();

    @TempDir
    Path folder;

    private Cli search(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "search";
        System.arraycopy(args, 0, all, 1, args.length);
        return Cli.run(engine.opener(), all);
    }

    @Test
    void printsTheBestImagesPathAloneOnStdout() {
        Cli run = search(PROMPT, "--rounds", "2", "--branches", "3", "-o", folder.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines()).singleElement().asString().startsWith(folder + "/00000/samples/0000");
        assertThat(Path.of(run.outLines().get(0))).exists();
        assertThat(run.err()).contains("writing the run to " + folder, "best of 6", "score");
        assertThat(engine.drawn).hasSize(6);
    }

    @Test
    void goesOnWithWhatIsThereAndSaysSo() {
        Cli first = search(PROMPT, "-o", folder.toString());
        Cli second = search(PROMPT, "-o", folder.toString());
        assertThat(second.outLines()).isEqualTo(first.outLines());
        assertThat(second.err()).contains("going on with the run in", "16 of 16 candidates were there already");
        assertThat(engine.drawn).hasSize(16);
    }

    @Test
    void refusesTheFolderOfAnotherSearch() {
        search(PROMPT, "-o", folder.toString());
        Cli other = search(PROMPT, "--seed", "1", "-o", folder.toString());
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("seed 0, not 1", "choose another output folder");
        assertThat(other.err()).doesNotContain("going on");
        Cli cached = search(PROMPT, "--cache-threshold", "0.2", "-o", folder.toString());
        assertThat(cached.errLines())
                .singleElement()
                .asString()
                .contains("exact, not approximate: cache threshold 0.2");
    }

    @Test
    void saysWhetherPicturesAreExact() {
        assertThat(search(PROMPT, "--rounds", "1", "-o", folder.resolve("a").toString())
                        .err())
                .containsPattern("stopped: .*; exact");
        assertThat(search(
                                PROMPT,
                                "--rounds",
                                "1",
                                "--cache-threshold",
                                "0.2",
                                "-o",
                                folder.resolve("b").toString())
                        .err())
                .containsPattern("stopped: .*; approximate: cache threshold 0.2");
        assertThat(evaluated("a")).endsWith(": 1 prompts, exact");
        assertThat(evaluated("b")).endsWith(": 1 prompts, approximate: cache threshold 0.2");
    }

    private String evaluated(String run) {
        return Cli.run(
                        engine.opener(),
                        "scenes",
                        "evaluate",
                        folder.resolve(run).toString())
                .outLines()
                .get(0);
    }

    @Test
    void takesRowsOfAFileAndPrintsAnObjectEach() throws Exception {
        Path rows = Files.writeString(
                folder.resolve("rows.jsonl"),
                "{\"tag\":\"a\",\"prompt\":\"a red circle\"}\n{\"prompt\":\"two blue squares\"}\n{\"prompt\":\"a tree\"}\n");
        Cli run = search(
                "--prompts",
                rows.toString(),
                "--start-index",
                "1",
                "--end-index",
                "2",
                "--rounds",
                "1",
                "--branches",
                "2",
                "-o",
                folder.resolve("run").toString(),
                "--format",
                "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines()).hasSize(1);
        JsonNode best = new ObjectMapper().readTree(run.out());
        assertThat(best.get("prompt_index").intValue()).isEqualTo(1);
        assertThat(best.get("prompt").textValue()).isEqualTo("two blue squares");
        assertThat(best.get("status").textValue()).isEqualTo("scored");
        assertThat(best.get("candidates").intValue()).isEqualTo(2);
        assertThat(best.get("budget").get("network_evaluations").intValue()).isEqualTo(2 * DrawnByRule.STEPS);
        assertThat(best.get("model_hash").textValue()).isEqualTo(DrawnByRule.HASH);
    }

    /** The first prompt's picture is not drawn before the second prompt is done. */
    @Test
    @Timeout(60)
    void resultsArePrintedInThePromptsOrder() throws IOException {
        Path prompts = folder.resolve("prompts.txt");
        Files.writeString(prompts, "a red circle\na star\n");
        Path journal = folder.resolve("run/journal.jsonl");
        DrawnByRule waiting = new DrawnByRule() {
            @Override
            public List<GeneratedImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
                while (requests.get(0).prompt().equals("a red circle") && !contains(journal, "\"stop\"")) {
                    LockSupport.parkNanos(1_000_000);
                }
                return super.generate(requests, listener);
            }
        };
        Cli run = Cli.run(
                waiting.opener(), "search", "--prompts", prompts.toString(), "--rounds", "1", "-o", folder + "/run");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines()).hasSize(2);
        assertThat(run.outLines().get(0)).startsWith(folder + "/run/00000/");
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anUnreadablePromptIsSaidOnceAndKeepsDrawingOrder() {
        Cli run = search("a lighthouse at dusk", "--rounds", "2", "--branches", "2", "-o", folder.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines()).containsExactly(folder + "/00000/samples/00000.png");
        assertThat(run.errLines())
                .filteredOn(line -> line.contains("coloured shapes only"))
                .hasSize(1);
    }

    @Test
    void unscoredCandidatesEndWithSix() throws IOException {
        try (RefusingService service = new RefusingService()) {
            Cli run = search(
                    PROMPT,
                    "--rounds",
                    "1",
                    "--branches",
                    "2",
                    "-o",
                    folder.toString(),
                    "--verifier",
                    "openai",
                    "--verifier-url",
                    service.url(),
                    "--verifier-model",
                    "judge");
            assertThat(run.exitCode()).as(run.err()).isEqualTo(6);
            assertThat(run.outLines()).containsExactly(folder + "/00000/samples/00000.png");
            assertThat(run.err()).contains("2 of 2 candidates stayed unscored");
        }
    }

    @Test
    void anUnreachableServiceEndsWithFiveBeforeTheFirstImage() {
        Cli run = search(
                PROMPT,
                "-o",
                folder.toString(),
                "--verifier",
                "openai",
                "--verifier-url",
                "http://127.0.0.1:1/v1",
                "--verifier-model",
                "judge");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
        assertThat(engine.drawn).isEmpty();
    }

    @Test
    void runsAreNamedAfterTheirPrompt() {
        assertThat(RunName.of("A red circle, left of \"2\" squares!", null))
                .isEqualTo(Path.of("out/a-red-circle-left-of-2-squares"));
        assertThat(RunName.of("../../etc", null)).isEqualTo(Path.of("out/etc"));
        assertThat(RunName.of("!!!", null)).isEqualTo(Path.of("out/search"));
        assertThat(RunName.of("x".repeat(500), null).getFileName().toString()).hasSize(60);
        assertThat(RunName.of(null, Path.of("data/geneval.v2.jsonl"))).isEqualTo(Path.of("out/geneval-v2"));
    }
}

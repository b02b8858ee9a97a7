package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngWriter;
import dev.reflectionflow.scenes.FlawSampler;
import dev.reflectionflow.scenes.PlacedObject;
import dev.reflectionflow.scenes.SceneColor;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneRenderer;
import dev.reflectionflow.scenes.SceneSplit;
import dev.reflectionflow.scenes.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenesCommandTest {
    @TempDir
    private Path folder;

    private static Cli run(String... args) {
        return Cli.run(new DrawnByRule().opener(), args);
    }

    private Cli make(String name, String count, String seed) {
        return run(
                "scenes",
                "make",
                "-o",
                folder.resolve(name).toString(),
                "--count",
                count,
                "--seed",
                seed,
                "--shard-size",
                "5");
    }

    @Test
    void makesTheSameShardsEachTimeAndGoesOnWhereItWasStopped() throws IOException {
        Cli made = make("one", "12", "3");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.outLines()).hasSize(3).last().asString().endsWith("genref_2.tar");
        make("two", "12", "3");
        Path shard = folder.resolve("two/genref_1.tar");
        assertThat(shard).hasSameBinaryContentAs(folder.resolve("one/genref_1.tar"));
        Files.delete(shard);
        assertThat(make("two", "12", "3").exitCode()).isZero();
        assertThat(shard).hasSameBinaryContentAs(folder.resolve("one/genref_1.tar"));
        Cli other = make("two", "12", "4");
        assertThat(other.exitCode()).isEqualTo(3);
        assertThat(other.errLines()).hasSize(1);
        assertThat(other.err()).contains("scenes.json", "\"seed\":3");
    }

    @Test
    void testPromptsAreTwentyOfEachKindThatNoTrainingPromptMeans() throws IOException {
        make("out", "0", "7");
        Map<String, Integer> tags = new HashMap<>();
        Set<String> texts = new HashSet<>();
        for (String line : Files.readAllLines(folder.resolve("out/prompts-test.jsonl"))) {
            JsonNode row = new ObjectMapper().readTree(line);
            tags.merge(row.get("tag").asText(), 1, Integer::sum);
            texts.add(row.get("prompt").asText());
        }
        assertThat(tags).hasSize(6).allSatisfy((tag, count) -> assertThat(count).isEqualTo(20));
        assertThat(texts).hasSize(120).allMatch(text -> split(text) == SceneSplit.TEST);
        for (String line : Files.readAllLines(folder.resolve("out/prompts-train.jsonl"))) {
            String text = new ObjectMapper().readTree(line).get("prompt").asText();
            assertThat(split(text)).as(text).isSameAs(SceneSplit.TRAIN);
        }
    }

    private static SceneSplit split(String prompt) {
        return SceneSplit.of(ScenePrompt.parse(prompt).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"make, --count, -1", "make, --shard-size, 0", "tokenizers, --length, 1", "evaluate, --budgets, 0"})
    void refusesWhatMakesNoSense(String command, String option, String value) {
        String where = command.equals("evaluate") ? "--budgets" : "-o";
        String[] args = where.equals("-o")
                ? new String[] {"scenes", command, "-o", folder.resolve("x").toString(), option, value}
                : new String[] {"scenes", command, folder.toString(), option, value};
        Cli run = run(args);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(option + " " + value);
    }

    private Path draw(String name, Shape shape, SceneColor color) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        PngWriter.write(SceneRenderer.draw(List.of(new PlacedObject(shape, color, 0.5, 0.5, 0.2))), Map.of(), file);
        return file;
    }

    @Test
    void judgesImages() throws IOException {
        String right = draw("a.png", Shape.CIRCLE, SceneColor.RED).toString();
        String wrong = draw("b.png", Shape.STAR, SceneColor.RED).toString();
        Cli run = run("scenes", "judge", right, wrong, "--prompt", "a red circle");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines().get(0)).startsWith("right (verifier: right) " + right + ": red circle");
        assertThat(run.outLines().get(1)).startsWith("wrong (verifier: wrong) " + wrong + ": red star");
        assertThat(run("scenes", "judge", right, "--prompt", "a bench").exitCode())
                .isEqualTo(2);
    }

    @Test
    void evaluatesTheBestOfTheFirstImages() throws IOException {
        draw("run/00000/samples/00000.png", Shape.STAR, SceneColor.RED);
        draw("run/00000/samples/00001.png", Shape.CIRCLE, SceneColor.RED);
        draw("run/00001/samples/00000.png", Shape.SQUARE, SceneColor.BLUE);
        draw("run/00001/samples/00001.png", Shape.SQUARE, SceneColor.WHITE);
        Files.writeString(
                folder.resolve("run/00000/metadata.jsonl"), "{\"tag\": \"colors\", \"prompt\": \"a red circle\"}\n");
        Files.writeString(
                folder.resolve("run/00001/metadata.jsonl"),
                "{\"tag\": \"counting\", \"prompt\": \"a green square\"}\n");
        Cli run = run("scenes", "evaluate", folder.resolve("run").toString(), "--budgets", "1,2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines())
                .contains(
                        "| images | accuracy % | 95 % interval | oracle % | colors | counting |",
                        "| 1 | 0.0 | 0.0 to 65.8 | 0.0 | 0.0 | 0.0 |",
                        "| 2 | 50.0 | 9.5 to 90.5 | 50.0 | 100.0 | 0.0 |",
                        "| evaluator: right | 1 | 0 |",
                        "| evaluator: wrong | 0 | 3 |");
    }

    /** Where it has all that it needs it draws the mended scene, else the picture that it was given, else noise. */
    private static final class Mender extends DrawnByRule {
        @Override
        RgbImage pixels(GenerationRequest request) {
            if (request.condition() == null) {
                return super.pixels(request);
            }
            return request.prompt2() == null
                    ? request.condition().image()
                    : new FlawSampler(7, SceneSplit.TEST)
                            .sample(request.seed() - 7)
                            .good()
                            .image();
        }
    }

    @Test
    void measuresWhatACorrectorMends() {
        Mender engine = new Mender();
        Cli run = Cli.run(
                engine.opener(),
                "scenes",
                "mend",
                "--corrector",
                "c.safetensors",
                "--count",
                "9",
                "--seed",
                "7",
                "--batch",
                "4");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines()).hasSize(5);
        assertThat(run.outLines().get(2))
                .startsWith("| picture and reflection | 100.0 | 70.1 to 100.0 | 100.0 | 100.0 | 0.0 |");
        assertThat(run.outLines().get(3)).startsWith("| picture | 0.0 | 0.0 to 29.9 | 0.0 | 100.0 | 100.0 |");
        assertThat(run.outLines().get(4)).startsWith("| reflection | 0.0 | 0.0 to 29.9 | 0.0 |");
        assertThat(engine.drawn).hasSize(27);
    }

    @Test
    void aModelOfOnesOwnHasNoCorrectorUnlessItIsNamed() {
        Cli run = run("scenes", "mend", "-m", "models/mine");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("scenes mend needs --corrector");
    }

    @Test
    void writesTokenizersIntoAModelsFolder() {
        Cli run = run("scenes", "tokenizers", "-o", folder.resolve("model").toString(), "--length", "48");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(folder.resolve("model/tokenizer/merges.txt")).exists();
        assertThat(folder.resolve("model/tokenizer_2/tokenizer.json")).exists();
    }
}

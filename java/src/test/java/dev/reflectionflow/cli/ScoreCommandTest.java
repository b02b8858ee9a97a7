package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.image.PngWriter;
import dev.reflectionflow.scenes.DisturbedRenderer;
import dev.reflectionflow.scenes.SceneColor;
import dev.reflectionflow.scenes.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandTest {
    @TempDir
    private Path folder;

    private Path wrong;
    private Path right;

    @BeforeEach
    void draw() {
        wrong = draw("b.png", SceneColor.BLUE);
        right = draw("a.png", SceneColor.RED);
    }

    private Path draw(String name, SceneColor color) {
        DisturbedRenderer renderer = new DisturbedRenderer(1, 64);
        Path file = folder.resolve(name);
        PngWriter.write(renderer.drawClean(renderer.place(List.of(Map.entry(Shape.CIRCLE, color)))), Map.of(), file);
        return file;
    }

    private static Cli score(Object... args) {
        List<String> all = new ArrayList<>(List.of("score"));
        for (Object arg : args) {
            all.add(arg.toString());
        }
        return Cli.run(new DrawnByRule().opener(), all.toArray(String[]::new));
    }

    @Test
    void printsAScoreAndAPathInTheOrderGiven() {
        Cli run = score(wrong, right, "--prompt", "a photo of a red circle");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines()).hasSize(2);
        assertThat(run.outLines().get(0)).matches("0\\.\\d{4} .*b\\.png");
        assertThat(run.outLines().get(1)).matches("0\\.9\\d{3} .*a\\.png");
    }

    @Test
    void printsObjectsToo() throws Exception {
        Cli run = score(right, "--prompt", "a photo of a red circle", "--format", "json");
        JsonNode node = new ObjectMapper().readTree(run.out());
        assertThat(node.get("file").textValue()).isEqualTo(right.toString());
        assertThat(node.get("status").textValue()).isEqualTo("scored");
        assertThat(node.get("score").doubleValue()).isBetween(0.9, 1.0);
        assertThat(node.get("details")).isNotEmpty();
        assertThat(node.get("explanation").textValue()).contains("red circle");
    }

    @Test
    void aPromptThatTheVerifierHasNoOpinionOnIsNoFailure() {
        Cli run = score(right, "--prompt", "a lighthouse at dusk");
        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines()).containsExactly("abstained " + right);
    }

    @Test
    void whatIsNoPictureIsOneLine() throws Exception {
        Path text = Files.writeString(folder.resolve("note.png"), "hello");
        Cli run = score(text, "--prompt", "a red circle");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errLines()).containsExactly("reflectionflow: " + text + ": not a PNG file");
        assertThat(score(right).exitCode()).isEqualTo(2);
    }

    @Test
    void whatStaysUnscoredEndsWithSix() throws Exception {
        try (RefusingService service = new RefusingService()) {
            Cli run = score(
                    wrong,
                    right,
                    "--prompt",
                    "a red circle",
                    "--verifier",
                    "openai",
                    "--verifier-url",
                    service.url(),
                    "--verifier-model",
                    "judge");
            assertThat(run.exitCode()).as(run.err()).isEqualTo(6);
            assertThat(run.outLines()).containsExactly("unscored " + wrong, "unscored " + right);
            assertThat(run.err()).contains("2 of 2 images stayed unscored");
        }
    }
}

package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngWriter;
import dev.reflectionflow.weights.SafetensorsWriter;
import dev.reflectionflow.weights.TensorData;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    private static final RgbImage BLACK = new RgbImage(2, 2, ByteBuffer.allocate(12));

    private final DrawnByRule engine = new DrawnByRule();

    @TempDir
    Path folder;

    private Cli run(String... args) {
        return Cli.run(engine.opener(), args);
    }

    @Test
    void theCommandNamesDeviceAndApproximations() {
        String file = folder + "/a.png";
        run("generate", "x", "--device", "cuda:1", "--performance-mode", "fp8", "--cache-threshold", "0.1", "-o", file);
        assertThat(run("inspect", file).out())
                .contains("--dtype fp32 --device cuda:1 --performance-mode fp8 --cache-threshold 0.1 -W")
                .contains("approximate: performance mode fp8, cache threshold 0.1; 3 of 4 steps skipped");
    }

    @Test
    void anExactPictureIsNotCalledApproximate() {
        run("generate", "x", "--performance-mode", "exact", "--cache-threshold", "0", "-o", folder + "/a.png");
        assertThat(run("inspect", folder + "/a.png").out()).doesNotContain("approximate", "--cache-threshold");
    }

    @Test
    void aPictureTellsTheCommandThatDrawsItAgain() throws Exception {
        String first = folder + "/a.png";
        run("generate", "it's a circle", "--seed", "12", "-s", "3", "-g", "2.5", "--prompt-2", "q", "-o", first);
        Cli shown = run("inspect", first);
        assertThat(shown.exitCode()).as(shown.err()).isZero();
        String again = shown.outLines().get(shown.outLines().size() - 1).strip();
        assertThat(again)
                .isEqualTo("reflectionflow generate -m rule --dtype fp32 -W 32 -H 32 -s 3 -g 2.5 --seed 12"
                        + " --max-sequence-length 32 --prompt-2 q -- 'it'\\''s a circle'");
        String second = folder + "/b.png";
        run(
                "generate",
                "-m",
                "rule",
                "--dtype",
                "fp32",
                "-W",
                "32",
                "-H",
                "32",
                "-s",
                "3",
                "-g",
                "2.5",
                "--seed",
                "12",
                "--max-sequence-length",
                "32",
                "--prompt-2",
                "q",
                "-o",
                second,
                "--",
                "it's a circle");
        assertThat(Path.of(second)).hasSameBinaryContentAs(Path.of(first));
    }

    @Test
    void theCommandForAPictureKnowsItsStepsOfNoise() throws Exception {
        Path first = folder.resolve("a.png");
        run("generate", "p", "--seed", "12", "--noise-step", "5:0.25", "--noise-step", "6:1", "-o", first.toString());
        Cli shown = run("inspect", first.toString());
        String again = shown.outLines().get(shown.outLines().size() - 1).strip();
        assertThat(again).contains(" --seed 12 --noise-step 5:0.25 --noise-step 6:1.0 ");
        Path second = folder.resolve("b.png");
        String arguments = again.replaceFirst("reflectionflow ", "").replace(" -- ", " -o " + second + " -- ");
        run(arguments.split(" "));
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void aPicturesRequestIsJson() throws Exception {
        run("generate", "p", "--seed", "12", "-o", folder + "/a.png");
        Cli shown = run("inspect", folder + "/a.png", "--format", "json");
        JsonNode request = new ObjectMapper().readTree(shown.out()).get("request");
        assertThat(request.get("prompt").textValue()).isEqualTo("p");
        assertThat(request.get("seed").longValue()).isEqualTo(12);
    }

    @Test
    void theTextOfOthersIsShownWithoutItsControlCharacters() {
        Path file = folder.resolve("other.png");
        PngWriter.write(BLACK, Map.of("Comment", "one\ntwo \033[31mred"), file);
        Cli shown = run("inspect", file.toString());
        assertThat(shown.exitCode()).isZero();
        assertThat(shown.outLines()).containsExactly("Comment:", "  one", "  two [31mred".replace(" [", "  ["));
        assertThat(shown.err()).contains("not drawn by this program");
    }

    @Test
    void listsTheTensorsOfAWeightsFile() throws Exception {
        Path file = folder.resolve("w.safetensors");
        SafetensorsWriter.write(
                file, List.of(TensorData.ofFloats("block.weight", new float[6], 2, 3)), Map.of("format", "pt"));
        assertThat(run("inspect", file.toString()).outLines())
                .containsExactly("format: pt", "block.weight  F32   [2, 3]", "1 tensors, 6 elements, 24 bytes");
        JsonNode json = new ObjectMapper()
                .readTree(run("inspect", file.toString(), "--format", "json").out());
        assertThat(json.get("tensors").toString())
                .isEqualTo("[{\"name\":\"block.weight\",\"dtype\":\"F32\",\"shape\":[2,3]}]");
        assertThat(json.get("bytes").longValue()).isEqualTo(24);
    }

    @Test
    void summarisesAModelFolder() throws Exception {
        Path model = Path.of(System.getProperty("user.dir"))
                .resolve("../models/scenes")
                .normalize();
        Cli shown = run("inspect", model.toString());
        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(shown.out()).contains("double-stream", "128x128, 16 steps", "T5", "CLIP");
        JsonNode json = new ObjectMapper()
                .readTree(run("inspect", model.toString(), "--format", "json").out());
        assertThat(json.get("defaults").get("max_sequence_length").intValue()).isEqualTo(64);
    }
}

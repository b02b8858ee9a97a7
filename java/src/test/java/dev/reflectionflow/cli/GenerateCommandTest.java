package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.Device;
import dev.reflectionflow.engine.Offload;
import dev.reflectionflow.engine.PerformanceMode;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.image.PngWriter;
import dev.reflectionflow.run.Hashes;
import dev.reflectionflow.weights.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
    private final DrawnByRule engine = new DrawnByRule();

    @TempDir
    Path folder;

    private Cli generate(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "generate";
        System.arraycopy(args, 0, all, 1, args.length);
        return Cli.run(engine.opener(), all);
    }

    @Test
    void printsThePathAloneOnStdoutAndTheSeedOnStderr() {
        Path file = folder.resolve("a.png");
        Cli run = generate("a red circle", "-o", file.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines()).containsExactly(file.toString());
        assertThat(run.err()).contains("seed 4711");
        assertThat(PngReader.read(file).text()).containsKeys("parameters", "reflectionflow");
    }

    @Test
    void leavesEverythingToTheModelUnlessTold() {
        generate("p", "-o", folder.resolve("a.png").toString());
        assertThat(engine.settings)
                .isEqualTo(new EngineSettings(null, null, null, Computing.DEFAULT, 1, List.of(), Optional.empty()));
        GenerationRequest drawn = engine.drawn.get(0);
        assertThat(drawn.width()).isEqualTo(DrawnByRule.SIDE);
        assertThat(drawn.steps()).isEqualTo(DrawnByRule.STEPS);
        assertThat(drawn.prompt2()).isNull();
        assertThat(drawn.condition()).isNull();
    }

    @Test
    void handsEveryOptionOn() {
        Cli run = generate(
                "p",
                "-m",
                "my/model",
                "--components",
                "c",
                "-o",
                folder.toString(),
                "-W",
                "48",
                "-H",
                "64",
                "-s",
                "3",
                "-g",
                "2.5",
                "--seed",
                "9",
                "-n",
                "3",
                "--batch-size",
                "2",
                "--dtype",
                "bf16",
                "--device",
                "cuda:1",
                "--offload",
                "text,modulation",
                "--offload",
                "vae",
                "--performance-mode",
                "fp8",
                "--cache-threshold",
                "0.1",
                "--threads",
                "3",
                "--lora",
                "l.safetensors:0.5",
                "--lora",
                "k.safetensors",
                "--prompt-2",
                "q");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(engine.settings)
                .isEqualTo(new EngineSettings(
                        "my/model",
                        Path.of("c"),
                        null,
                        new Computing(
                                Dtype.BF16,
                                Device.of("cuda:1"),
                                Set.of(Offload.TEXT, Offload.VAE, Offload.MODULATION),
                                PerformanceMode.FP8,
                                0.1,
                                3),
                        2,
                        List.of(
                                new LoraArgument(Path.of("l.safetensors"), 0.5),
                                new LoraArgument(Path.of("k.safetensors"), 1)),
                        Optional.empty()));
        assertThat(engine.drawn).extracting(GenerationRequest::seed).containsExactly(9L, 10L, 11L);
        assertThat(engine.drawn).allSatisfy(drawn -> {
            assertThat(drawn.width()).isEqualTo(48);
            assertThat(drawn.height()).isEqualTo(64);
            assertThat(drawn.guidance()).isEqualTo(2.5);
            assertThat(drawn.prompt2()).isEqualTo("q");
        });
        assertThat(run.outLines())
                .containsExactly(
                        folder.resolve("0000.png").toString(),
                        folder.resolve("0001.png").toString(),
                        folder.resolve("0002.png").toString());
    }

    @Test
    void printsOneObjectPerImageAsJson() throws Exception {
        Cli run = generate("p", "-n", "2", "--seed", "5", "-o", folder + "/x.png", "--format", "json");
        assertThat(run.outLines()).hasSize(2);
        JsonNode second = new ObjectMapper().readTree(run.outLines().get(1));
        Path file = Path.of(second.get("file").textValue());
        assertThat(file).isEqualTo(folder.resolve("x-0002.png"));
        assertThat(second.get("sha256").textValue()).isEqualTo(Hashes.sha256(Files.readAllBytes(file)));
        assertThat(second.get("seed").longValue()).isEqualTo(6);
        assertThat(second.get("width").intValue()).isEqualTo(32);
        assertThat(second.get("milliseconds").toString())
                .isEqualTo(
                        "{\"text\":1.5,\"condition\":0.0,\"prepare\":0.25,\"steps\":[1.0,2.0,3.0,4.0],\"decode\":2.25,\"native\":13.0,\"total\":14.0}");
        assertThat(second.get("approximate").booleanValue()).isFalse();
        assertThat(second.get("execution").toString())
                .isEqualTo(
                        "{\"attention\":\"ours\",\"attention_reason\":\"by rule\",\"graph_launches\":0,\"skipped_steps\":0}");
        assertThat(second.get("model").textValue()).isEqualTo("rule");
        assertThat(second.get("model_hash").textValue()).isEqualTo(DrawnByRule.HASH);
        assertThat(run.errLines()).isEmpty();
    }

    @Test
    void theSameRequestWritesTheSameBytes() throws Exception {
        generate("p", "--seed", "5", "-o", folder + "/a.png");
        generate("p", "--seed", "5", "-o", folder + "/b.png");
        assertThat(folder.resolve("a.png")).hasSameBinaryContentAs(folder.resolve("b.png"));
    }

    @Test
    void writesTensorsOfOneImage() {
        Path tensors = folder.resolve("t.safetensors");
        Cli run = generate("p", "-o", folder + "/a.png", "--save-tensors", tensors.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        SafetensorsFile file = SafetensorsFile.open(tensors);
        assertThat(file.tensors()).containsKey("sigmas");
        assertThat(file.metadata()).containsEntry("prompt", "p").containsEntry("model_hash", DrawnByRule.HASH);
    }

    @Test
    void readsAndResizesTheCondition() {
        Path condition = folder.resolve("c.png");
        PngWriter.write(new RgbImage(50, 35, ByteBuffer.allocate(50 * 35 * 3)), Map.of(), condition);
        generate("p", "-o", folder + "/a.png", "--condition-image", condition.toString(), "--latent-lora");
        generate(
                "p",
                "-o",
                folder + "/a.png",
                "--condition-image",
                condition.toString(),
                "--condition-size",
                "32",
                "--condition-scale",
                "0.5",
                "--no-union-attention");
        GenerationRequest.Condition first = engine.drawn.get(0).condition();
        assertThat(first.image().width()).isEqualTo(48);
        assertThat(first.image().height()).isEqualTo(32);
        assertThat(first.latentLora()).isTrue();
        assertThat(first.unionAttention()).isTrue();
        assertThat(first.scale()).isEqualTo(1);
        GenerationRequest.Condition second = engine.drawn.get(1).condition();
        assertThat(second.image().width()).isEqualTo(32);
        assertThat(second.image().height()).isEqualTo(32);
        assertThat(second.scale()).isEqualTo(0.5);
        assertThat(second.unionAttention()).isFalse();
    }

    @Test
    void anEmptyPromptIsDrawnWithAWarning() {
        Cli run = generate("", "-o", folder + "/a.png");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("the prompt is empty");
    }

    @Test
    void aPromptIsNeverAFileName() {
        generate("@home", "-o", folder + "/a.png");
        generate("-o", folder + "/b.png", "--", "-1 apples");
        assertThat(engine.drawn).extracting(GenerationRequest::prompt).containsExactly("@home", "-1 apples");
    }
}

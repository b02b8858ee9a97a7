package dev.reflectionflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.GenerationRequest.Condition;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every stage on its real networks, from nothing to a corrector, and the engine draws with what they make. */
class StagesTest {
    static final String CIRCLE = "a photo of a red circle";

    @TempDir
    static Path folder;

    private static TinyRuns runs;
    private static Path start;
    private static Path autoencoder;
    private static Path text;
    private static Path transformer;

    /** The stages that the others need, each from the one before. */
    @BeforeAll
    static void train() throws IOException {
        runs = new TinyRuns(folder);
        start = TinyStart.write(folder.resolve("start"));
        autoencoder = TinyRuns.train(runs.config("autoencoder", start, "whole"), -1);
        text = TinyRuns.train(runs.config("text", folder.resolve("autoencoder-whole"), "whole"), -1);
        transformer = TinyRuns.train(runs.transformer("whole"), -1);
    }

    private static RgbImage draw(Path model) {
        GenerationRequest request =
                GenerationRequest.builder(CIRCLE).seed(7L).steps(2).build();
        return TinyRuns.draw(model.toString(), Optional.empty(), List.of(request))
                .get(0);
    }

    private static Path weights(Path checkpoint, String component) {
        String name = component.startsWith("text") ? "model" : "diffusion_pytorch_model";
        return checkpoint.resolve("model").resolve(component).resolve(name + ".safetensors");
    }

    private static void assertSameRun(Path whole, Path parts, String... files) {
        for (String name : files) {
            assertThat(parts.resolve(name)).as(name).hasSameBinaryContentAs(whole.resolve(name));
        }
    }

    private static void stopAndGoOn(TrainConfig config, Path whole, String... files) {
        assertThatThrownBy(() -> TinyRuns.train(config, 2))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED))
                .hasMessageContaining("stopped after step 2");
        assertSameRun(whole, TinyRuns.train(config.resuming(), -1), files);
    }

    @Test
    void theAutoencoderMeasuresItsLatents() throws IOException {
        var config = new ObjectMapper()
                .readTree(autoencoder.resolve("model/vae/config.json").toFile());
        assertThat(config.get("scaling_factor").doubleValue()).isPositive().isNotEqualTo(0.3611);
        assertThat(config.get("shift_factor").doubleValue()).isNotEqualTo(0.1159);
        assertThat(folder.resolve("autoencoder-whole/samples/3/sheet.png")).exists();
        assertThat(autoencoder.resolve("model/tokenizer/vocab.json")).exists();
    }

    @Test
    void theTextStageWritesBothEncoders() {
        assertThat(weights(text, "text_encoder")).exists();
        assertThat(weights(text, "text_encoder_2")).exists();
        assertThat(weights(text, "vae")).hasSameBinaryContentAs(weights(autoencoder, "vae"));
    }

    /** Latents that lie on the disk are of the autoencoder that made them. */
    @Test
    void anotherAutoencoderMeetsNoStaleLatents() throws IOException {
        TrainConfig config = runs.transformer("pool");
        StartingModel model = StartingModel.find(config.modelPath());
        String first = drawn(config, model);
        assertThat(drawn(config, model)).isEqualTo(first);
        Path other = folder.resolve("other");
        model.copyTo(other, DType.F32);
        Path changed = other.resolve("vae/config.json");
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(changed.toFile());
        Files.writeString(changed, json.put("scaling_factor", 123.0).toString());
        String second = drawn(config, new StartingModel(other));
        assertThat(second.lines().limit(2))
                .containsExactlyElementsOf(first.lines().limit(2).toList());
        assertThat(second).isNotEqualTo(first);
        assertThat(config.savePath().toFile().list()).containsExactly("latents.safetensors");
    }

    /** All that a draw gives. */
    private static String drawn(TrainConfig config, StartingModel model) {
        try (PointerScope scope = new PointerScope();
                LatentPool pool = LatentPool.open(config, model, TrainingListener.NONE)) {
            LatentPool.Drawn drawn = pool.draw(32, new Noise(1, 2, 3));
            assertThat(drawn.descriptions()).anyMatch(text -> text.contains("[Reflexion]"));
            return drawn.texts() + "\n" + drawn.descriptions() + "\n"
                    + Arrays.toString(Tensors.toFloats(drawn.tokens()));
        }
    }

    @Test
    void whatAStageNeedsTrainedMustBeTrained() throws IOException {
        for (String stage : List.of("transformer", "guidance")) {
            assertThatThrownBy(() -> TinyRuns.train(runs.config(stage, start, "none"), -1))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                    .hasMessage(start.resolve("text_encoder") + ": has no weights; this stage needs a trained one");
        }
    }

    @Test
    void theEngineDrawsWithATrainedTransformer() {
        RgbImage image = draw(transformer.resolve("model"));
        assertThat(image.width()).isEqualTo(64);
        assertThat(draw(transformer.resolve("model")).sha256()).isEqualTo(image.sha256());
        assertThat(folder.resolve("transformer-whole/samples/3/000.png")).exists();
    }

    @Test
    void aTransformersRunGoesOnToTheSameBits() throws IOException {
        stopAndGoOn(
                runs.transformer("parts"),
                transformer,
                "weights.safetensors",
                "average.safetensors",
                "optimizer.safetensors",
                "state.json",
                "model/transformer/diffusion_pytorch_model.safetensors",
                "model/text_encoder/model.safetensors",
                "model/text_encoder_2/model.safetensors");
    }

    @Test
    void guidanceIsDistilledIntoTheTransformerAlone() throws IOException {
        Path distilled = TinyRuns.train(runs.config("guidance", folder.resolve("transformer-whole"), "whole"), -1);
        for (String same : List.of("text_encoder", "text_encoder_2", "vae")) {
            assertThat(weights(distilled, same)).hasSameBinaryContentAs(weights(transformer, same));
        }
        float[] before = floats(weights(transformer, "transformer"), "proj_out.weight");
        float[] after = floats(weights(distilled, "transformer"), "proj_out.weight");
        assertThat(after).hasSameSizeAs(before).isNotEqualTo(before);
        assertThat(draw(distilled.resolve("model")).sha256())
                .isNotEqualTo(draw(transformer.resolve("model")).sha256());
    }

    @Test
    void aCorrectorsRunGoesOnToTheSameBitsAndTheEngineDrawsWithIt() throws IOException {
        Path whole = TinyRuns.train(runs.corrector("whole"), -1);
        stopAndGoOn(
                runs.corrector("parts"),
                whole,
                "weights.safetensors",
                "optimizer.safetensors",
                "state.json",
                CorrectorStage.FILE);
        assertThat(folder.resolve("corrector-whole/samples/3/000-corrected.png"))
                .exists();
        GenerationRequest request = GenerationRequest.builder(CIRCLE)
                .prompt2(CIRCLE + " [Reflexion] Add a red circle.")
                .size(32, 32)
                .seed(3L)
                .steps(2)
                .condition(Condition.of(new RgbImage(32, 32, ByteBuffer.allocate(32 * 32 * 3))))
                .build();
        String model = transformer.resolve("model").toString();
        Optional<Path> lora = Optional.of(whole.resolve(CorrectorStage.FILE));
        assertThat(TinyRuns.draw(model, lora, List.of(request)))
                .isNotEqualTo(TinyRuns.draw(model, Optional.empty(), List.of(request)));
    }

    /** T10: what never changes is encoded once, also across runs; a run with the cache filled makes the same corrector. */
    @Test
    void whatFrozenNetworksSayMayBeKept() throws IOException {
        Path cache = folder.resolve("cache");
        String setting = "train.dataset.cache_path=" + cache;
        Path first = TinyRuns.train(runs.corrector("filling", setting), -1);
        Set<Path> entries = entries(cache);
        assertThat(entries).hasSizeBetween(9, 18);
        assertSameRun(
                first,
                TinyRuns.train(runs.corrector("filled", setting), -1),
                "weights.safetensors",
                CorrectorStage.FILE);
        assertThat(entries(cache)).isEqualTo(entries);
        String other = "train.dataset.target_size=48";
        TinyRuns.train(runs.corrector("other", setting, other), -1);
        assertThat(entries(cache)).hasSizeGreaterThan(entries.size()).containsAll(entries);
    }

    private static Set<Path> entries(Path cache) throws IOException {
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(Files::isRegularFile).collect(Collectors.toSet());
        }
    }

    private static float[] floats(Path file, String tensor) {
        return SafetensorsFile.open(file).tensor(tensor).readFloats();
    }
}

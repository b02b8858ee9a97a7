package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.Golden;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.FluxEngine.RecordedImage;
import dev.reflectionflow.image.PngReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prompt to pixels against diffusers' {@code FluxPipeline}: every tensor on the way, and the picture from its seed. */
class PipelineParityTest {
    private static final String FILE = "pipeline.safetensors";
    private static final double TOLERANCE = 2e-4;

    @ParameterizedTest
    @CsvSource({
        "dev_64x64,tiny-flux-dev,a photo of a bench,64,64,4,3.5,0",
        "dev_96x64,tiny-flux-dev,a photo of a red apple and a green cup,96,64,4,3.5,7"
    })
    void everyTensorOfARunEqualsTheReference(
            String run, String model, String prompt, int height, int width, int steps, double guidance, long seed) {
        try (FluxEngine engine = engine(model, ComputeType.FLOAT32)) {
            GenerationRequest request = request(prompt, height, width, steps, guidance, seed);
            RecordedImage recorded = engine.generateRecorded(request, GenerationListener.NONE);
            Map<String, float[]> ours = byName(recorded.tensors());
            check(run, ours, height, width, steps);
            assertPixels("pipeline-" + run + "-0.png", recorded.image().image());
        }
    }

    private static void check(String run, Map<String, float[]> ours, int height, int width, int steps) {
        Golden.assertClose(FILE, run + ".prompt_embeds", ours.get("prompt_embeds"), TOLERANCE);
        Golden.assertClose(FILE, run + ".pooled_prompt_embeds", ours.get("pooled_projections"), TOLERANCE);
        Golden.assertClose(FILE, run + ".latents", ours.get("latents"), 2e-6);
        float[] noise = TinyNetwork.unpack(ours.get("latents"), 1, height / 16, width / 16);
        Golden.assertClose(FILE, run + ".noise", noise, 2e-6);
        for (int step = 0; step < steps; step++) {
            float timestep = ours.get("sigmas")[step] * 1000;
            Golden.assertClose(FILE, run + ".step" + step + ".timestep", new float[] {timestep}, 1e-3);
            Golden.assertClose(
                    FILE, run + ".step" + step + ".model_output", ours.get("step." + step + ".velocity"), TOLERANCE);
            Golden.assertClose(
                    FILE, run + ".step" + step + ".latents", ours.get("step." + step + ".latents"), TOLERANCE);
        }
        float[] last = TinyNetwork.unpack(ours.get("step." + (steps - 1) + ".latents"), 1, height / 16, width / 16);
        Golden.assertClose(FILE, run + ".latents_unpacked", last, TOLERANCE);
        Golden.assertClose(FILE, run + ".vae_input", ours.get("vae_input"), TOLERANCE);
        float[] decoded = ours.get("decoded");
        Golden.assertClose(FILE, run + ".decoded", decoded, TOLERANCE);
        Golden.assertClose(FILE, run + ".image", clamped(decoded), TOLERANCE);
    }

    /** Two prompts in one batch of the model without guidance; its noise is one draw for both in the golden file. */
    @Test
    void aBatchOfTwoPromptsEqualsTheReference() {
        String run = "schnell_48x80";
        try (TinyNetwork network = TinyNetwork.open("tiny-flux-schnell", ComputeType.FLOAT32)) {
            float[] noise = new TorchRandom(3).normals(2 * 16 * 6 * 10, TorchRandom.Type.FLOAT32);
            SchnellBatch batch = new SchnellBatch(network, noise);
            Map<String, float[]> ours = batch.run();
            Golden.assertClose(FILE, run + ".prompt_embeds", batch.promptEmbeds(), TOLERANCE);
            Golden.assertClose(FILE, run + ".pooled_prompt_embeds", batch.pooled(), TOLERANCE);
            Golden.assertClose(FILE, run + ".latents", ours.get("latents"), 2e-6);
            Golden.assertClose(FILE, run + ".noise", noise, 2e-6);
            for (int step = 0; step < 2; step++) {
                String name = run + ".step" + step;
                Golden.assertClose(FILE, name + ".timestep", new float[] {batch.sigmas()[step] * 1000}, 1e-3);
                Golden.assertClose(FILE, name + ".model_output", ours.get("step." + step + ".velocity"), TOLERANCE);
                Golden.assertClose(FILE, name + ".latents", ours.get("step." + step + ".latents"), TOLERANCE);
            }
            float[] last = TinyNetwork.unpack(ours.get("step.1.latents"), 2, 3, 5);
            Golden.assertClose(FILE, run + ".latents_unpacked", last, TOLERANCE);
            Golden.assertClose(FILE, run + ".vae_input", batch.vaeInputs(), TOLERANCE);
            Golden.assertClose(FILE, run + ".decoded", batch.decoded(), TOLERANCE);
            Golden.assertClose(FILE, run + ".image", clamped(batch.decoded()), TOLERANCE);
            for (int i = 0; i < 2; i++) {
                assertPixels(
                        "pipeline-" + run + "-" + i + ".png", batch.images().get(i));
            }
        }
    }

    /** Mean differences at most three times those between two of PyTorch's own attention kernels (golden README). */
    @Test
    void bfloat16IsAsCloseAsPyTorchIsToItself() {
        String run = "dev_64x64_bf16";
        try (FluxEngine engine = engine("tiny-flux-dev", ComputeType.BFLOAT16)) {
            GenerationRequest request = request("a photo of a bench", 64, 64, 4, 3.5, 0);
            Map<String, float[]> ours = byName(
                    engine.generateRecorded(request, GenerationListener.NONE).tensors());
            assertMean(run + ".prompt_embeds", ours.get("prompt_embeds"));
            assertMean(run + ".pooled_prompt_embeds", ours.get("pooled_projections"));
            for (int step = 0; step < 4; step++) {
                assertMean(run + ".step" + step + ".model_output", ours.get("step." + step + ".velocity"));
                assertMean(run + ".step" + step + ".latents", ours.get("step." + step + ".latents"));
            }
            assertMean(run + ".decoded", ours.get("decoded"));
        }
    }

    private static void assertMean(String name, float[] actual) {
        double spread = Golden.spread(FILE, name);
        float[] expected = Golden.input(FILE, name).values();
        assertThat(Errors.mean(actual, expected)).as(name).isLessThanOrEqualTo(3 * spread);
    }

    static void assertPixels(String golden, RgbImage actual) {
        ByteBuffer expected = PngReader.read(Golden.path(golden)).image().pixels();
        ByteBuffer pixels = actual.pixels();
        assertThat(pixels.remaining()).isEqualTo(expected.remaining());
        while (pixels.hasRemaining()) {
            int difference = Byte.toUnsignedInt(pixels.get()) - Byte.toUnsignedInt(expected.get());
            assertThat(Math.abs(difference)).isLessThanOrEqualTo(1);
        }
        Golden.compared(golden, "");
    }

    @Test
    void aSeedGivesTheSameBytesAgain() {
        try (FluxEngine engine = engine("tiny-flux-dev", ComputeType.BFLOAT16)) {
            GenerationRequest request = request("a photo of a bench", 64, 64, 2, 3.5, 5);
            GeneratedImage first = engine.generate(request);
            GeneratedImage second = engine.generate(request);
            assertThat(second.image()).isEqualTo(first.image());
            GeneratedImage other = engine.generate(request.toBuilder().seed(6L).build());
            assertThat(other.image()).isNotEqualTo(first.image());
        }
    }

    private static FluxEngine engine(String model, ComputeType type) {
        return FluxEngine.builder()
                .model(Golden.path(model).toString())
                .computeType(type)
                .threads(2)
                .build();
    }

    private static GenerationRequest request(
            String prompt, int height, int width, int steps, double guidance, long seed) {
        return GenerationRequest.builder(prompt)
                .size(width, height)
                .steps(steps)
                .guidance(guidance)
                .seed(seed)
                .maxSequenceLength(64)
                .build();
    }

    private static Map<String, float[]> byName(List<RecordedTensor> tensors) {
        return tensors.stream().collect(Collectors.toMap(RecordedTensor::name, RecordedTensor::toFloats));
    }

    static float[] clamped(float[] decoded) {
        float[] image = Arrays.copyOf(decoded, decoded.length);
        for (int i = 0; i < image.length; i++) {
            image[i] = Math.min(Math.max(image[i] / 2 + 0.5f, 0), 1);
        }
        return image;
    }
}

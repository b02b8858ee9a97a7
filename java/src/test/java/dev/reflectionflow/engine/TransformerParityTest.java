package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reflectionflow.Golden;
import dev.reflectionflow.engine.TinyNetwork.Inputs;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The FLUX transformer against diffusers' {@code FluxTransformer2DModel}, block by block. */
class TransformerParityTest {
    private static final String FILE = "transformer.safetensors";

    /**
     * The golden README's: behind the timestep embedding, whose entries differ by up to 2.3e-5 with the last bit of an
     * exponential, the sharper rule would measure that library's exp (6.1e-5 at most was measured here).
     */
    private static final double TOLERANCE = 1e-4;

    @ParameterizedTest
    @CsvSource({"dev,b1,4,4,2,3", "dev,b3,6,4,2,3", "schnell,b1,4,4,1,2", "schnell,b3,6,4,1,2"})
    void everyLayerEqualsTheReferenceInFloat32(
            String model, String name, int rows, int columns, int doubles, int singles) {
        try (TinyNetwork network = TinyNetwork.open("tiny-flux-" + model, ComputeType.FLOAT32)) {
            String prefix = model + "." + name;
            checkPositions(prefix, rows, columns);
            Map<String, float[]> ours = network.evaluate(Inputs.golden(FILE, prefix, rows, columns));

            Golden.assertClose(FILE, prefix + ".time_proj", ours.get("latents.time_embedding"), 5e-5);
            Golden.assertClose(FILE, prefix + ".temb", ours.get("latents.conditioning"), TOLERANCE);
            Golden.assertClose(FILE, prefix + ".x_embedder", ours.get("image_in"));
            Golden.assertClose(FILE, prefix + ".context_embedder", ours.get("text_in"));
            Golden.assertClose(FILE, prefix + ".rope_cos", twice(ours.get("rope_cos")), 1e-6);
            Golden.assertClose(FILE, prefix + ".rope_sin", twice(ours.get("rope_sin")), 1e-6);
            checkBlocks(prefix + ".double", ours, "double.", doubles);
            checkBlocks(prefix + ".single", ours, "single.", singles);
            Golden.assertClose(FILE, prefix + ".norm_out", ours.get("final_norm"), TOLERANCE);
            Golden.assertClose(FILE, prefix + ".output", ours.get("step.0.velocity"), TOLERANCE);
        }
    }

    private static void checkBlocks(String golden, Map<String, float[]> ours, String name, int blocks) {
        for (int i = 0; i < blocks; i++) {
            Golden.assertClose(FILE, golden + i + ".txt", ours.get(name + i + ".text"), TOLERANCE);
            Golden.assertClose(FILE, golden + i + ".img", ours.get(name + i + ".image"), TOLERANCE);
        }
    }

    /** The engine forms position ids itself: they must be the ones that the reference was given. */
    private static void checkPositions(String prefix, int rows, int columns) {
        float[] ids = Golden.input(FILE, prefix + ".img_ids").values();
        for (int token = 0; token < rows * columns; token++) {
            assertThat(ids[3 * token]).isZero();
            assertThat(ids[3 * token + 1]).isEqualTo(Math.floorDiv(token, columns));
            assertThat(ids[3 * token + 2]).isEqualTo(token % columns);
        }
        assertThat(Golden.input(FILE, prefix + ".txt_ids").values()).containsOnly(0f);
    }

    @ParameterizedTest
    @CsvSource({
        "tiny-flux-dev-bf16/transformer",
        "tiny-flux-dev-bfl.safetensors",
    })
    void bfloat16WeightsOfEitherLayoutGiveTheSameOutput(String transformer) {
        try (TinyNetwork network =
                TinyNetwork.open("tiny-flux-dev", transformer, "tiny-flux-dev/vae", ComputeType.FLOAT32)) {
            Map<String, float[]> ours = network.evaluate(Inputs.golden(FILE, "dev.b1", 4, 4));
            Golden.assertClose(FILE, "bf16_weights.b1.output", ours.get("step.0.velocity"));
        }
    }

    /** Our error in bfloat16 may be at most twice that of PyTorch's own bfloat16 run of the same network. */
    @Test
    void bfloat16IsAsCloseToFloat32AsPyTorchIs() {
        try (TinyNetwork network = TinyNetwork.open(
                "tiny-flux-dev", "tiny-flux-dev-bf16/transformer", "tiny-flux-dev/vae", ComputeType.BFLOAT16)) {
            Map<String, float[]> ours = network.evaluate(Inputs.golden(FILE, "dev.b1", 4, 4));
            float[] reference = Golden.input(FILE, "bf16_inputs.b1.output").values();
            float[] pyTorch = Golden.input(FILE, "bf16_compute.b1.output").values();

            Errors.assertAtMostTwice(ours.get("step.0.velocity"), pyTorch, reference);
            // 752 and 3504: both factors are rounded to bfloat16 before the sinusoid.
            float[] time = ours.get("latents.time_embedding");
            float timestep = Golden.input(FILE, "bf16_inputs.b1.timestep1000").values()[0];
            float guidance = Golden.input(FILE, "bf16_inputs.b1.guidance1000").values()[0];
            assertThat(time[0]).isCloseTo((float) Math.cos(timestep), within(1e-6f));
            assertThat(timestep).isEqualTo(752f);
            assertThat(guidance).isEqualTo(3504f);
        }
    }

    private static float[] twice(float[] pairs) {
        float[] out = new float[2 * pairs.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = pairs[i / 2];
        }
        return out;
    }
}

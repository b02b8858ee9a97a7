package dev.reflectionflow.train.nn;

import dev.reflectionflow.Golden;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Condition tokens in Java against ReflectionFlow's own code: masks, scales, LoRA placement. */
class CorrectorTest {
    private static final String FILE = "condition.safetensors";
    private static final double TOLERANCE = 1e-4;

    private static Parameters parameters;
    private static Lora lora;
    private static FluxTransformer transformer;

    @BeforeAll
    static void open() {
        Threads.use(2);
        parameters = Parameters.read(FluxTransformerTest.folder("tiny-flux-dev"), ScalarType.Float);
        lora = Lora.read(Golden.path("lora/plain.safetensors"), 1, ScalarType.Float);
        transformer = FluxTransformerTest.open("tiny-flux-dev", parameters);
    }

    @AfterAll
    static void close() {
        lora.close();
        parameters.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0,0,0,1.0", "0,0,0,0.5", "0,0,1,1.0", "0,0,1,0.5", "0,1,0,1.0", "0,1,0,0.5", "0,1,1,1.0", "0,1,1,0.5",
        "1,0,0,1.0", "1,0,0,0.5", "1,0,1,1.0", "1,0,1,0.5", "1,1,0,1.0", "1,1,0,0.5", "1,1,1,1.0", "1,1,1,0.5"
    })
    void everyCombinationOfOptions(int union, int add, int latentLora, double scale) {
        String name = "union" + union + "_add" + add + "_latentlora" + latentLora + "_c" + scale;
        try (PointerScope scope = new PointerScope()) {
            FluxCondition released = condition(add == 1 ? "cond_full" : "cond", 1);
            FluxCondition condition =
                    new FluxCondition(released.latents(), released.ids(), union == 1, add == 1, scale, 0);
            GoldenTensors.Recording blocks = new GoldenTensors.Recording();
            check(name, "input", condition, latentLora == 1, blocks);
            if (name.equals("union1_add0_latentlora0_c1.0")) {
                checkBlocks(name, blocks);
            }
        }
    }

    private static void checkBlocks(String name, GoldenTensors.Recording blocks) {
        String[] streams = {".txt", ".img", ".cond"};
        for (int i = 0; i < 2; i++) {
            for (int s = 0; s < streams.length; s++) {
                float[] rows = blocks.rows.get("double." + i)[s];
                Golden.assertClose(FILE, name + ".double" + i + streams[s], rows, TOLERANCE);
            }
        }
        for (int i = 0; i < 3; i++) {
            float[][] rows = blocks.rows.get("single." + i);
            Golden.assertClose(FILE, name + ".single" + i + ".txt_img", rows[0], TOLERANCE);
            Golden.assertClose(FILE, name + ".single" + i + ".cond", rows[1], TOLERANCE);
        }
    }

    @Test
    void aBatchOfTwoSharesOneCondition() {
        try (PointerScope scope = new PointerScope()) {
            check("batch2", "input_b2", condition("cond", 2), false, BlockRunner::plain);
        }
    }

    @Test
    void aConditionNeedNotBeSquare() {
        try (PointerScope scope = new PointerScope()) {
            check("wide", "input", condition("cond_wide", 1), false, BlockRunner::plain);
        }
    }

    @Test
    void aConditionMayWeighMoreOrBeNoisy() {
        try (PointerScope scope = new PointerScope()) {
            FluxCondition released = condition("cond", 1);
            FluxCondition heavy = new FluxCondition(released.latents(), released.ids(), true, false, 2, 0);
            FluxCondition noisy = new FluxCondition(released.latents(), released.ids(), true, false, 1, 0.25);
            check("c_factor2.0", "input", heavy, false, BlockRunner::plain);
            check("c_t0.25", "input", noisy, false, BlockRunner::plain);
        }
    }

    @Test
    void withoutAConditionTheLoraActsOnlyWhereAsked() {
        try (PointerScope scope = new PointerScope()) {
            check("no_condition", "input", null, false, BlockRunner::plain);
            check("no_condition_latentlora1", "input", null, true, BlockRunner::plain);
        }
    }

    private static FluxCondition condition(String name, int batch) {
        Tensor tokens = GoldenTensors.floats(FILE, name + ".tokens").expand(batch, -1, -1);
        return FluxCondition.of(tokens, GoldenTensors.floats(FILE, name + ".ids"));
    }

    private static void check(
            String name, String inputs, FluxCondition condition, boolean latentLora, BlockRunner runner) {
        transformer.setLora(lora, latentLora);
        Tensor velocity = transformer.forward(GoldenTensors.fluxInputs(FILE, inputs, "input", true), condition, runner);
        Golden.assertClose(FILE, name + ".output", Tensors.toFloats(velocity), TOLERANCE);
    }
}

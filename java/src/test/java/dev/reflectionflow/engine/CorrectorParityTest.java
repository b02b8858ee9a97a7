package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.Golden;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.TinyNetwork.Inputs;
import dev.reflectionflow.engine.internal.NativeEngine.RunSettings;
import dev.reflectionflow.image.PngReader;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The corrector against ReflectionFlow's own code: condition tokens, masks, scales, LoRA placement. */
class CorrectorParityTest {
    private static final String FILE = "condition.safetensors";
    private static final double TOLERANCE = 1e-4;

    private static TinyNetwork network;

    @BeforeAll
    static void open() {
        network = TinyNetwork.withLora("tiny-flux-dev", Golden.path("lora/plain.safetensors"), 1);
    }

    @AfterAll
    static void close() {
        network.close();
    }

    @ParameterizedTest
    @CsvSource({"cond,2,2,-2", "cond_full,4,4,-4", "cond_wide,2,3,-2"})
    void conditionTokensEqualTheReference(String name, int rows, int columns, int shift) {
        network.recordEverything();
        network.engine().release(encode(name));
        Golden.assertClose(FILE, name + ".tokens", network.recorded().get("condition_latents"), TOLERANCE);
        float[] ids = Golden.input(FILE, name + ".ids").values();
        for (int token = 0; token < rows * columns; token++) {
            assertThat(ids[3 * token + 1]).isEqualTo(Math.floorDiv(token, columns));
            assertThat(ids[3 * token + 2]).isEqualTo(token % columns + shift);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,0,0,1.0", "0,0,0,0.5", "0,0,1,1.0", "0,0,1,0.5", "0,1,0,1.0", "0,1,0,0.5", "0,1,1,1.0", "0,1,1,0.5",
        "1,0,0,1.0", "1,0,0,0.5", "1,0,1,1.0", "1,0,1,0.5", "1,1,0,1.0", "1,1,0,0.5", "1,1,1,1.0", "1,1,1,0.5"
    })
    void everyCombinationOfOptions(int union, int add, int latentLora, String scale) {
        String condition = add == 1 ? "cond_full" : "cond";
        Map<String, float[]> ours = run(
                "input",
                condition,
                settings -> settings.unionAttention(union == 1)
                        .addAttention(add == 1)
                        .adaptersOnLatents(latentLora == 1)
                        .conditionScale(Float.parseFloat(scale))
                        .conditionColumnShift(add == 1 ? -4 : -2));
        String name = "union" + union + "_add" + add + "_latentlora" + latentLora + "_c" + scale;
        Golden.assertClose(FILE, name + ".output", ours.get("step.0.velocity"), TOLERANCE);
        if (name.equals("union1_add0_latentlora0_c1.0")) {
            checkLayers(name + ".", ours);
        }
    }

    private static void checkLayers(String prefix, Map<String, float[]> ours) {
        Golden.assertClose(FILE, prefix + "temb", ours.get("latents.conditioning"), TOLERANCE);
        Golden.assertClose(FILE, prefix + "cond_temb", ours.get("condition.conditioning"), TOLERANCE);
        checkRope(prefix + "cond_rope_cos", ours.get("rope_cos"));
        checkRope(prefix + "cond_rope_sin", ours.get("rope_sin"));
        for (int i = 0; i < 2; i++) {
            Golden.assertClose(FILE, prefix + "double" + i + ".txt", ours.get("double." + i + ".text"), TOLERANCE);
            Golden.assertClose(FILE, prefix + "double" + i + ".img", ours.get("double." + i + ".image"), TOLERANCE);
            Golden.assertClose(
                    FILE, prefix + "double" + i + ".cond", ours.get("double." + i + ".condition"), TOLERANCE);
        }
        for (int i = 0; i < 3; i++) {
            float[] text = ours.get("single." + i + ".text");
            float[] image = ours.get("single." + i + ".image");
            float[] both = java.util.Arrays.copyOf(text, text.length + image.length);
            System.arraycopy(image, 0, both, text.length, image.length);
            Golden.assertClose(FILE, prefix + "single" + i + ".txt_img", both, TOLERANCE);
            Golden.assertClose(
                    FILE, prefix + "single" + i + ".cond", ours.get("single." + i + ".condition"), TOLERANCE);
        }
    }

    /** Ours holds one value for each pair and the rows of all tokens; the condition's are the last. */
    private static void checkRope(String name, float[] ours) {
        float[] condition = new float[Golden.tensor(FILE, name).values().length];
        int first = 2 * ours.length - condition.length;
        for (int i = 0; i < condition.length; i++) {
            condition[i] = ours[(first + i) / 2];
        }
        Golden.assertClose(FILE, name, condition, 1e-6);
    }

    @Test
    void aBatchOfTwoSharesOneCondition() {
        Inputs two = Inputs.golden(FILE, "input_b2", 4, 4);
        long condition = encode("cond");
        Map<String, float[]> ours = network.evaluate(two.withCondition(condition, released()));
        network.engine().release(condition);
        Golden.assertClose(FILE, "batch2.output", ours.get("step.0.velocity"), TOLERANCE);
    }

    @Test
    void aConditionNeedNotBeSquare() {
        Golden.assertClose(
                FILE, "wide.output", run("input", "cond_wide", released()).get("step.0.velocity"), TOLERANCE);
    }

    @Test
    void aConditionMayWeighMore() {
        Map<String, float[]> ours = run("input", "cond", released(settings -> settings.conditionScale(2)));
        Golden.assertClose(FILE, "c_factor2.0.output", ours.get("step.0.velocity"), TOLERANCE);
    }

    @Test
    void aConditionMayBeNoisy() {
        Map<String, float[]> ours = run("input", "cond", released(settings -> settings.conditionTimestep(0.25f)));
        Golden.assertClose(FILE, "c_t0.25.output", ours.get("step.0.velocity"), TOLERANCE);
    }

    @Test
    void withoutAConditionTheLoraActsOnlyWhereAsked() {
        Inputs inputs = inputs("input");
        UnaryOperator<RunSettings> off = settings -> settings.adaptersOnLatents(false);
        Golden.assertClose(
                FILE,
                "no_condition.output",
                network.evaluate(inputs.withCondition(0, off)).get("step.0.velocity"),
                TOLERANCE);
        Golden.assertClose(
                FILE,
                "no_condition_latentlora1.output",
                network.evaluate(inputs).get("step.0.velocity"),
                TOLERANCE);
    }

    private static Map<String, float[]> run(String input, String condition, UnaryOperator<RunSettings> settings) {
        long handle = encode(condition);
        try {
            return network.evaluate(inputs(input).withCondition(handle, settings));
        } finally {
            network.engine().release(handle);
        }
    }

    private static Inputs inputs(String prefix) {
        Golden.input(FILE, prefix + ".img_ids");
        Golden.input(FILE, prefix + ".txt_ids");
        return Inputs.golden(FILE, prefix, 4, 4);
    }

    private static UnaryOperator<RunSettings> released() {
        return released(UnaryOperator.identity());
    }

    private static UnaryOperator<RunSettings> released(UnaryOperator<RunSettings> more) {
        return settings -> more.apply(settings.adaptersOnLatents(false).conditionColumnShift(-2));
    }

    private static long encode(String condition) {
        String file = "condition-" + condition + ".png";
        RgbImage image = PngReader.read(Golden.path(file)).image();
        Golden.compared(file, "");
        return network.model().encodeImage(image);
    }
}

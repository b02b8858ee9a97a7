package dev.reflectionflow.engine;

import dev.reflectionflow.Golden;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.internal.NativeEngine.RunSettings;
import dev.reflectionflow.image.PngReader;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whole runs of the corrector against ReflectionFlow's own generate(): prompt, condition and steps to pixels. */
class CorrectorRunParityTest {
    private static final String FILE = "condition.safetensors";
    private static final double TOLERANCE = 1e-4;
    private static final int SIDE = 64;

    private static TinyNetwork network;
    private static float[] noise;
    private static long text;
    private static long condition;

    @BeforeAll
    static void open() {
        network = TinyNetwork.withLora("tiny-flux-dev", Golden.path("lora/plain.safetensors"), 1);
        noise = TinyNetwork.unpack(Golden.input(FILE, "run.latents").values(), 1, SIDE / 16, SIDE / 16);
        String prompt = "a photo of three apples";
        text = network.encodeText(prompt, prompt + " [Reflexion]: There are only two apples. Add one more apple.", 64);
        condition = network.model()
                .encodeImage(PngReader.read(Golden.path("condition-cond.png")).image());
    }

    @AfterAll
    static void close() {
        network.close();
    }

    @Test
    void fourStepsToPixels() {
        ByteBuffer rgb = ByteBuffer.allocateDirect(SIDE * SIDE * 3);
        Map<String, float[]> ours = run(4, UnaryOperator.identity(), rgb);
        for (int step = 0; step < 4; step++) {
            Golden.assertClose(FILE, "run.step" + step + ".latents", ours.get("step." + step + ".latents"), TOLERANCE);
        }
        Golden.assertClose(FILE, "run.final", ours.get("step.3.latents"), TOLERANCE);
        Golden.assertClose(FILE, "run.decoded", ours.get("decoded"), TOLERANCE);
        PipelineParityTest.assertPixels("condition-run.png", new RgbImage(SIDE, SIDE, rgb));
    }

    @Test
    void aWeakerConditionWithLoraEverywhere() {
        Map<String, float[]> ours =
                run(2, settings -> settings.conditionScale(0.5f).adaptersOnLatents(true), null);
        Golden.assertClose(FILE, "run_scale0.5_latentlora1.final", ours.get("step.1.latents"), TOLERANCE);
    }

    @Test
    void imageGuidanceAsReleased() {
        Map<String, float[]> ours = run(2, settings -> settings.imageGuidance(2), null);
        Golden.assertClose(FILE, "run_imageguidance2.0.final", ours.get("step.1.latents"), TOLERANCE);
    }

    private static Map<String, float[]> run(int steps, UnaryOperator<RunSettings> more, ByteBuffer rgb) {
        RunSettings settings = more.apply(new RunSettings()
                .width(SIDE)
                .height(SIDE)
                .steps(steps)
                .adaptersOnLatents(false)
                .conditionColumnShift(-2));
        float[] sigmas = network.sigmas(steps, (SIDE / 16) * (SIDE / 16), 1);
        network.recordEverything();
        long run = network.engine()
                .begin(settings, new long[] {text}, new long[] {condition}, noise, sigmas, new float[] {3.5f});
        for (int step = 0; step < steps; step++) {
            network.engine().step(run);
        }
        if (rgb != null) {
            network.engine().decode(run, rgb);
        }
        Map<String, float[]> recorded = network.recorded();
        network.engine().release(run);
        return recorded;
    }
}

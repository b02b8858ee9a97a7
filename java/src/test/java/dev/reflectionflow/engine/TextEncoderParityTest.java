package dev.reflectionflow.engine;

import dev.reflectionflow.Golden;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CLIP and T5 against transformers, for ids of four prompts. */
class TextEncoderParityTest {
    private static final String FILE = "text-encoders.safetensors";
    private static final double TOLERANCE = 2e-4;

    @ParameterizedTest
    @ValueSource(strings = {"dev", "schnell"})
    void everyPromptEqualsTheReference(String model) {
        try (TinyNetwork network = TinyNetwork.open("tiny-flux-" + model, ComputeType.FLOAT32)) {
            for (int prompt = 0; prompt < 4; prompt++) {
                String prefix = model + ".p" + prompt + ".";
                long[] clip = ids(prefix + "clip_input_ids");
                check(network, prefix, clip, 64);
                check(network, prefix, clip, 512);
            }
        }
    }

    private static void check(TinyNetwork network, String prefix, long[] clip, int tokens) {
        long[] t5 = ids(prefix + "t5_" + tokens + "_input_ids");
        network.recordEverything();
        long text = network.engine().encodeText(clip, clip.length, t5, t5.length);
        Map<String, float[]> ours = network.recorded();
        network.engine().release(text);
        float[] embeds = ours.get("prompt_embeds");
        Golden.assertClose(FILE, prefix + "t5_" + tokens, tokens == 512 ? rowsKept(embeds) : embeds, TOLERANCE);
        Golden.assertClose(FILE, prefix + "clip_last_hidden", ours.get("clip_last_hidden"), TOLERANCE);
        Golden.assertClose(FILE, prefix + "clip_pooled", ours.get("pooled_projections"), TOLERANCE);
    }

    /** The golden file keeps rows 0..95 and 480..511 of 512. */
    private static float[] rowsKept(float[] embeds) {
        int width = embeds.length / 512;
        float[] kept = Arrays.copyOf(embeds, 128 * width);
        System.arraycopy(embeds, 480 * width, kept, 96 * width, 32 * width);
        return kept;
    }

    private static long[] ids(String name) {
        float[] values = Golden.input(FILE, name).values();
        long[] ids = new long[values.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (long) values[i];
        }
        return ids;
    }
}

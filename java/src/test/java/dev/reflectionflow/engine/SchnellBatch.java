package dev.reflectionflow.engine;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.internal.NativeEngine.RunSettings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The golden run schnell_48x80: two prompts, two steps, one draw of noise for both. */
final class SchnellBatch {
    private static final int WIDTH = 80;
    private static final int HEIGHT = 48;
    private static final int STEPS = 2;
    private static final int TOKENS = WIDTH / 16 * HEIGHT / 16;
    private static final List<String> PROMPTS = List.of("a photo of two dogs", "a photo of a cow");

    private final TinyNetwork network;
    private final float[] noise;
    private final List<float[]> embeds = new ArrayList<>();
    private final List<float[]> pooled = new ArrayList<>();
    private final List<float[]> vaeInputs = new ArrayList<>();
    private final List<float[]> decoded = new ArrayList<>();
    private final List<RgbImage> images = new ArrayList<>();

    SchnellBatch(TinyNetwork network, float[] noise) {
        this.network = network;
        this.noise = noise;
    }

    float[] sigmas() {
        return network.sigmas(STEPS, TOKENS, 1);
    }

    /** What was recorded, each name once. */
    Map<String, float[]> run() {
        long[] texts = new long[PROMPTS.size()];
        for (int i = 0; i < texts.length; i++) {
            network.recordEverything();
            texts[i] = network.encodeText(PROMPTS.get(i), PROMPTS.get(i), 64);
            embeds.add(network.recorded().get("prompt_embeds"));
            pooled.add(network.recorded().get("pooled_projections"));
        }
        network.recordEverything();
        RunSettings settings =
                new RunSettings().batch(2).width(WIDTH).height(HEIGHT).steps(STEPS);
        long run = network.engine().begin(settings, texts, null, noise, network.sigmas(STEPS, TOKENS, 2), new float[2]);
        while (network.engine().step(run)) {}
        int bytes = WIDTH * HEIGHT * 3;
        ByteBuffer rgb = ByteBuffer.allocateDirect(2 * bytes);
        network.engine().decode(run, rgb);
        network.engine().release(run);
        Map<String, float[]> once = new LinkedHashMap<>();
        for (RecordedTensor tensor : network.model().recorded()) {
            once.put(tensor.name(), tensor.toFloats());
            if (tensor.name().equals("decoded")) {
                decoded.add(tensor.toFloats());
            }
            if (tensor.name().equals("vae_input")) {
                vaeInputs.add(tensor.toFloats());
            }
        }
        for (int i = 0; i < 2; i++) {
            images.add(new RgbImage(WIDTH, HEIGHT, rgb.slice(i * bytes, bytes)));
        }
        return once;
    }

    float[] promptEmbeds() {
        return join(embeds);
    }

    float[] pooled() {
        return join(pooled);
    }

    float[] vaeInputs() {
        return join(vaeInputs);
    }

    float[] decoded() {
        return join(decoded);
    }

    List<RgbImage> images() {
        return images;
    }

    private static float[] join(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}

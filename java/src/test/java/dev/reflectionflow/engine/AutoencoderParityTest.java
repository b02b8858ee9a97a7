package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.Golden;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AutoencoderKL against diffusers, decoding and encoding, block by block. */
class AutoencoderParityTest {
    private static final String FILE = "vae.safetensors";
    private static final double TOLERANCE = 5e-4;

    @ParameterizedTest
    @CsvSource({"dev,64x64,64,64", "dev,96x64,96,64", "dev,1x1,8,8", "schnell,64x64,64,64"})
    void decodingEqualsTheReference(String model, String size, int height, int width) {
        try (TinyNetwork network = TinyNetwork.open("tiny-flux-" + model, ComputeType.FLOAT32)) {
            String prefix = model + "." + size + ".";
            Map<String, float[]> ours =
                    decode(network, Golden.input(FILE, prefix + "decode.input").values(), height, width);
            Golden.assertClose(FILE, prefix + "decode.output", ours.get("decoded"), TOLERANCE);
            if (model.equals("dev") && height == width) {
                checkLayers(
                        prefix,
                        ours,
                        "dec.conv_in",
                        "dec.mid_attention",
                        "dec.mid",
                        "dec.up0",
                        "dec.up1",
                        "dec.up2",
                        "dec.up3");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"dev,64x64,64,64", "dev,96x64,96,64", "dev,1x1,8,8", "schnell,64x64,64,64"})
    void encodingEqualsTheReference(String model, String size, int height, int width) {
        try (TinyNetwork network = TinyNetwork.open("tiny-flux-" + model, ComputeType.FLOAT32)) {
            String prefix = model + "." + size + ".encode.";
            float[] image = channelsLast(Golden.input(FILE, prefix + "input").values(), 3);
            Map<String, float[]> mean = encode(network, image, height, width, null);
            Golden.assertClose(FILE, prefix + "mean", mean.get("encode.mean"), TOLERANCE);
            Golden.assertClose(FILE, prefix + "logvar", mean.get("encode.logvar"), TOLERANCE);
            assertThat(mean.get("encode.latents")).isEqualTo(mean.get("encode.mean"));
            float[] noise = Golden.input(FILE, prefix + "noise").values();
            Map<String, float[]> sample = encode(network, image, height, width, noise);
            Golden.assertClose(FILE, prefix + "sample", sample.get("encode.latents"), TOLERANCE);
            checkScaled(network, prefix, mean, height, width);
            if (model.equals("dev") && height == width) {
                checkLayers(
                        model + "." + size + ".",
                        mean,
                        "enc.down0",
                        "enc.down1",
                        "enc.down2",
                        "enc.down3",
                        "enc.mid_attention",
                        "enc.mid");
            }
        }
    }

    @Test
    void blackForestLabsFileDecodesAlike() {
        try (TinyNetwork network = TinyNetwork.open(
                "tiny-flux-dev", "tiny-flux-dev/transformer", "tiny-ae-bfl.safetensors", ComputeType.FLOAT32)) {
            float[] latents = Golden.input(FILE, "dev.64x64.decode.input").values();
            float[] decoded = decode(network, latents, 64, 64).get("decoded");
            Golden.assertClose(FILE, "dev.64x64.decode.output", decoded, TOLERANCE);
            Golden.compared("tiny-ae-bfl.safetensors", "");
        }
    }

    private static void checkScaled(
            TinyNetwork network, String prefix, Map<String, float[]> ours, int height, int width) {
        String name = prefix + "scaled_mean";
        if (height % 16 == 0) {
            float[] tokens = ours.get("condition_latents");
            Golden.assertClose(FILE, name, TinyNetwork.unpack(tokens, 1, height / 16, width / 16), TOLERANCE);
            return;
        }
        // One latent is half a patch: no tokens, so the formula alone.
        float shift = (float) network.weights().autoencoder().shiftFactor();
        float scale = (float) network.weights().autoencoder().scalingFactor();
        float[] scaled = ours.get("encode.mean").clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (scaled[i] - shift) * scale;
        }
        Golden.assertClose(FILE, name, scaled, TOLERANCE);
    }

    private static void checkLayers(String prefix, Map<String, float[]> ours, String... names) {
        for (String name : names) {
            Golden.assertClose(FILE, prefix + name, ours.get(name), TOLERANCE);
        }
    }

    private static Map<String, float[]> decode(TinyNetwork network, float[] latents, int height, int width) {
        network.recordEverything();
        network.engine().decodeLatents(latents, width, height, ByteBuffer.allocateDirect(height * width * 3));
        return network.recorded();
    }

    private static Map<String, float[]> encode(
            TinyNetwork network, float[] image, int height, int width, float[] noise) {
        network.recordEverything();
        network.engine().release(network.engine().encodeImage(image, width, height, noise));
        return network.recorded();
    }

    static float[] channelsFirst(float[] image, int channels) {
        int pixels = image.length / channels;
        float[] out = new float[image.length];
        for (int i = 0; i < image.length; i++) {
            out[i % channels * pixels + i / channels] = image[i];
        }
        return out;
    }

    static float[] channelsLast(float[] image, int channels) {
        return channelsFirst(image, image.length / channels);
    }
}

package dev.reflectionflow.train.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.Golden;
import dev.reflectionflow.weights.AutoencoderConfig;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The autoencoder in Java against diffusers'. */
class AutoencoderKlTest {
    private static final String FILE = "vae.safetensors";
    private static final double TOLERANCE = 5e-4;

    @ParameterizedTest
    @CsvSource({"dev,64x64", "dev,96x64", "dev,1x1", "schnell,64x64"})
    void bothHalvesEqualTheReference(String model, String size) {
        Path folder = Golden.path("tiny-flux-" + model).resolve("vae");
        AutoencoderConfig config = AutoencoderConfig.read(folder.resolve("config.json"));
        Threads.use(2);
        try (PointerScope scope = new PointerScope();
                Parameters parameters = Parameters.read(folder, ScalarType.Float)) {
            AutoencoderKl autoencoder = new AutoencoderKl(config, parameters, Compute.AS_STORED);
            String decode = model + "." + size + ".decode.";
            Tensor pixels = autoencoder.decode(GoldenTensors.floats(FILE, decode + "input"));
            Golden.assertClose(FILE, decode + "output", Tensors.toFloats(pixels), TOLERANCE);

            String encode = model + "." + size + ".encode.";
            AutoencoderKl.Posterior posterior = autoencoder.encode(GoldenTensors.floats(FILE, encode + "input"));
            Golden.assertClose(FILE, encode + "mean", Tensors.toFloats(posterior.mean()), TOLERANCE);
            Golden.assertClose(FILE, encode + "logvar", Tensors.toFloats(posterior.logVariance()), TOLERANCE);
            Tensor sample = posterior.sample(GoldenTensors.floats(FILE, encode + "noise"));
            Golden.assertClose(FILE, encode + "sample", Tensors.toFloats(sample), TOLERANCE);
            Tensor scaled = autoencoder.normalize(posterior.mean());
            Golden.assertClose(FILE, encode + "scaled_mean", Tensors.toFloats(scaled), TOLERANCE);
        }
    }

    /** A condition's tokens are its encoded image, normalised and packed. */
    @Test
    void packingEqualsTheReferenceAndBack() {
        try (PointerScope scope = new PointerScope()) {
            Tensor latents = GoldenTensors.floats(FILE, "dev.96x64.encode.scaled_mean");
            Tensor tokens = AutoencoderKl.pack(latents);
            assertThat(Tensors.shape(tokens)).containsExactly(1, 24, 64);
            float[] values = Tensors.toFloats(latents);
            // Channel 3, row 5, column 6 lies in the token of row 2 and column 3, at its second row and first column.
            assertThat(Tensors.toFloats(tokens)[(2 * 4 + 3) * 64 + 3 * 4 + 2]).isEqualTo(values[(3 * 12 + 5) * 8 + 6]);
            assertThat(Tensors.toFloats(AutoencoderKl.unpack(tokens, 6, 4))).isEqualTo(values);
        }
    }
}

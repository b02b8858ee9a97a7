package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.train.nn.AutoencoderKl;
import dev.reflectionflow.train.nn.NoGradients;
import dev.reflectionflow.train.nn.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * How an autoencoder's latents are distributed.
 *
 * @param mean of all values
 * @param scale what makes their deviation 1
 */
record LatentMoments(double mean, double scale) {
    private static final int MEASURED = 256;
    private static final int AT_ONCE = 16;

    /** Gives pictures. */
    @FunctionalInterface
    interface Pictures {
        List<RgbImage> from(long first, int count);
    }

    /** Measures the latents of the first pictures. */
    static LatentMoments of(AutoencoderKl autoencoder, Pictures pictures, long seed) {
        double sum = 0;
        double squares = 0;
        long count = 0;
        for (int first = 0; first < MEASURED; first += AT_ONCE) {
            for (float value : latents(autoencoder, pictures.from(first, AT_ONCE), new Noise(seed, first, -1))) {
                sum += value;
                squares += (double) value * value;
                count++;
            }
        }
        double mean = sum / count;
        return new LatentMoments(mean, 1 / Math.sqrt(squares / count - mean * mean));
    }

    private static float[] latents(AutoencoderKl autoencoder, List<RgbImage> images, Noise random) {
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            AutoencoderKl.Posterior posterior = autoencoder.encode(Pixels.of(images));
            Tensor mean = posterior.mean();
            float[] noise = random.normal((int) mean.numel());
            return Tensors.toFloats(posterior.sample(Tensors.ofFloats(noise, Tensors.shape(mean))));
        }
    }
}

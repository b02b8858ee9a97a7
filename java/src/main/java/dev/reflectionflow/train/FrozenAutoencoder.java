package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.train.nn.AutoencoderKl;
import dev.reflectionflow.train.nn.Compute;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.AutoencoderConfig;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Pictures to the tokens that a transformer sees, without gradients. */
final class FrozenAutoencoder implements AutoCloseable {
    private final Parameters weights;
    private final AutoencoderKl autoencoder;
    private final int pixelsPerToken;

    FrozenAutoencoder(StartingModel model, Compute compute) {
        AutoencoderConfig shape = AutoencoderConfig.read(model.config(AutoencoderStage.COMPONENT));
        weights = model.trained(AutoencoderStage.COMPONENT, ScalarType.Float);
        autoencoder = new AutoencoderKl(shape, weights, compute);
        weights.train(name -> false);
        pixelsPerToken = 2 * shape.downsampling();
    }

    /** What is known of the latents of pictures of one size: their mean, then their log variance (B, 2 C, h, w). */
    Tensor posterior(List<RgbImage> images) {
        return Tensors.withoutGradients(() -> {
            AutoencoderKl.Posterior posterior = autoencoder.encode(Pixels.of(images));
            return torch.cat(new TensorVector(posterior.mean(), posterior.logVariance()), 1);
        });
    }

    /** Tokens (B, S, C) in float32 of latents drawn from a {@link #posterior}. */
    Tensor tokens(Tensor posterior, Noise random) {
        return Tensors.withoutGradients(() -> {
            TensorVector halves = posterior.chunk(2, 1);
            Tensor mean = halves.get(0);
            float[] noise = random.normal((int) mean.numel());
            Tensor latents = new AutoencoderKl.Posterior(mean, halves.get(1))
                    .sample(Tensors.ofFloats(noise, Tensors.shape(mean)));
            return AutoencoderKl.pack(autoencoder.normalize(latents)).to(ScalarType.Float);
        });
    }

    /** The same of pictures of one size. */
    Tensor tokens(List<RgbImage> images, Noise random) {
        return tokens(posterior(images), random);
    }

    /** Pixels along a token's side. */
    int pixelsPerToken() {
        return pixelsPerToken;
    }

    @Override
    public void close() {
        weights.close();
    }
}

package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.train.nn.AutoencoderKl;
import dev.reflectionflow.train.nn.Compute;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.AutoencoderConfig;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
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

    /** Tokens (B, S, C) in float32 of pictures of one size, sampled from the autoencoder's posterior. */
    Tensor tokens(List<RgbImage> images, Noise random) {
        return Tensors.withoutGradients(() -> {
            AutoencoderKl.Posterior posterior = autoencoder.encode(Pixels.of(images));
            float[] noise = random.normal((int) posterior.mean().numel());
            Tensor latents = posterior.sample(Tensors.ofFloats(noise, Tensors.shape(posterior.mean())));
            return AutoencoderKl.pack(autoencoder.normalize(latents)).to(ScalarType.Float);
        });
    }

    /** Tokens along a side of so many pixels. */
    int side(int pixels) {
        return pixels / pixelsPerToken;
    }

    @Override
    public void close() {
        weights.close();
    }
}

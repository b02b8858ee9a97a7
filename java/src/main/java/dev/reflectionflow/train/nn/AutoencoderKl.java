package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.AutoencoderConfig;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The autoencoder between pixels and latents. */
public final class AutoencoderKl {
    private static final double LEAST_LOG_VARIANCE = -30;
    private static final double MOST_LOG_VARIANCE = 20;

    /**
     * A normal distribution over latents, one for each value.
     *
     * @param mean (B, channels, h / 8, w / 8)
     * @param logVariance of the same shape
     */
    public record Posterior(Tensor mean, Tensor logVariance) {
        /** Latents for standard normal noise of the same shape. */
        public Tensor sample(Tensor noise) {
            return torch.addcmul(mean, logVariance.mul(Tensors.scalar(0.5)).exp(), noise);
        }

        /** The divergence from the standard normal distribution for each image (B). */
        public Tensor divergence() {
            return mean.square()
                    .add(logVariance.exp())
                    .sub(Tensors.scalar(1))
                    .sub(logVariance)
                    .mul(Tensors.scalar(0.5))
                    .flatten(1, -1)
                    .sum(1);
        }
    }

    private final AutoencoderConfig config;
    private final AutoencoderHalf encoder;
    private final AutoencoderHalf decoder;

    /** An autoencoder over parameters, which are read or drawn here; errors as of {@link FluxTransformer}. */
    public AutoencoderKl(AutoencoderConfig config, Parameters parameters, Compute compute) {
        this.config = config;
        encoder = AutoencoderHalf.encoder(config, parameters, compute);
        decoder = AutoencoderHalf.decoder(config, parameters, compute);
    }

    /** Encodes pixels from -1 to 1 (B, 3, h, w); h and w are multiples of 8. */
    public Posterior encode(Tensor pixels) {
        var halves = encoder.forward(pixels).chunk(2, 1);
        Tensor logVariance = halves.get(1).clamp(optional(LEAST_LOG_VARIANCE), optional(MOST_LOG_VARIANCE));
        return new Posterior(halves.get(0), logVariance);
    }

    private static ScalarOptional optional(double value) {
        return new ScalarOptional(Tensors.scalar(value));
    }

    /** Decodes latents as {@link Posterior} has them to pixels from about -1 to 1 (B, 3, h, w). */
    public Tensor decode(Tensor latents) {
        return decoder.forward(latents);
    }

    /** (latents - shift) * scale of the configuration: what the transformer sees. */
    public Tensor normalize(Tensor latents) {
        return latents.sub(Tensors.scalar(config.shiftFactor())).mul(Tensors.scalar(config.scalingFactor()));
    }

    /** 2x2 patches of latents (B, C, h, w) as tokens (B, h / 2 * w / 2, 4 C). */
    public static Tensor pack(Tensor latents) {
        long rows = latents.size(2) / 2;
        long columns = latents.size(3) / 2;
        return latents.reshape(latents.size(0), latents.size(1), rows, 2, columns, 2)
                .permute(0, 2, 4, 1, 3, 5)
                .reshape(latents.size(0), rows * columns, 4 * latents.size(1));
    }

    /** Undoes {@link #pack} for an image of {@code rows} x {@code columns} tokens. */
    public static Tensor unpack(Tensor tokens, int rows, int columns) {
        long channels = tokens.size(2) / 4;
        return tokens.reshape(tokens.size(0), rows, columns, channels, 2, 2)
                .permute(0, 3, 1, 4, 2, 5)
                .reshape(tokens.size(0), channels, 2L * rows, 2L * columns);
    }
}

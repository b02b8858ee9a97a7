package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.TransformerConfig;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The conditioning of all blocks: timestep, guidance and pooled text, each through a small network, summed. */
final class Embedders {
    private static final String NAME = "time_text_embed.";
    private static final int HALF = TransformerConfig.SINUSOID_WIDTH / 2;

    private record Mlp(Linear in, Linear out) {
        static Mlp of(Parameters parameters, Compute compute, String name, int in, int width) {
            return new Mlp(
                    Linear.of(parameters, compute, NAME + name + ".linear_1", in, width),
                    Linear.of(parameters, compute, NAME + name + ".linear_2", width, width));
        }

        Tensor forward(Tensor x) {
            return out.forward(torch.silu(in.forward(x)));
        }
    }

    private final Mlp time;
    private final Mlp guidance;
    private final Mlp pooled;

    Embedders(TransformerConfig config, Parameters parameters, Compute compute) {
        int width = config.width();
        time = Mlp.of(parameters, compute, "timestep_embedder", TransformerConfig.SINUSOID_WIDTH, width);
        guidance = config.guidance()
                ? Mlp.of(parameters, compute, "guidance_embedder", TransformerConfig.SINUSOID_WIDTH, width)
                : null;
        pooled = Mlp.of(parameters, compute, "text_embedder", config.pooledWidth(), width);
    }

    /** The conditioning (B, E) for timesteps (B), guidance (B) and pooled projections (B, pooled width). */
    Tensor forward(Tensor timestep, Tensor guidanceScale, Tensor pooledProjections) {
        Tensor sum = time.forward(sinusoid(timestep));
        if (guidance != null) {
            sum = sum.add(guidance.forward(sinusoid(guidanceScale)));
        }
        return sum.add(pooled.forward(pooledProjections));
    }

    /** Cosines, then sines, of 1000 x at falling frequencies (B, 256). */
    static Tensor sinusoid(Tensor x) {
        Tensor frequencies = torch.arange(
                        Tensors.scalar(HALF), Tensors.options(x.scalar_type().intern()))
                .mul(Tensors.scalar(-Math.log(10000)))
                .div(Tensors.scalar(HALF))
                .exp();
        Tensor angles = torch.outer(x.mul(Tensors.scalar(1000)), frequencies);
        return Tensors.concat(1, angles.cos(), angles.sin());
    }
}

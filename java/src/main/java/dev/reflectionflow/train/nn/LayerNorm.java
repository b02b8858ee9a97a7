package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Layer norm with weight and bias over the last dimension. */
final class LayerNorm {
    private final Tensor weight;
    private final Tensor bias;
    private final double epsilon;

    LayerNorm(Parameters parameters, String name, long size, double epsilon) {
        this.weight = parameters.take(name + ".weight", Initial.ONE, size);
        this.bias = parameters.take(name + ".bias", Initial.ZERO, size);
        this.epsilon = epsilon;
    }

    Tensor forward(Tensor x) {
        Tensor wide = x.to(weight.scalar_type().intern());
        return torch.layer_norm(
                wide, new long[] {x.size(-1)}, new TensorOptional(weight), new TensorOptional(bias), epsilon, false);
    }
}

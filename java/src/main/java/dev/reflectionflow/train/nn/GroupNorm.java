package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Group norm with weight and bias over the channels of (B, C, h, w). */
final class GroupNorm {
    private static final double EPSILON = 1e-6;

    private final Tensor weight;
    private final Tensor bias;
    private final int groups;

    GroupNorm(Parameters parameters, String name, long channels, int groups) {
        this.weight = parameters.take(name + ".weight", Initial.ONE, channels);
        this.bias = parameters.take(name + ".bias", Initial.ZERO, channels);
        this.groups = groups;
    }

    Tensor forward(Tensor x) {
        // LibTorch differentiates the channels-last form ten times slower where groups are of few channels
        return torch.group_norm(
                x.contiguous(), groups, new TensorOptional(weight), new TensorOptional(bias), EPSILON, false);
    }
}

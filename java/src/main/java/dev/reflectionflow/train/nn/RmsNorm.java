package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/** x / sqrt(mean(x^2) + epsilon) * weight over the last dimension. */
final class RmsNorm {
    private final Tensor weight;
    private final double epsilon;

    RmsNorm(Parameters parameters, String name, long size, double epsilon) {
        this.weight = parameters.take(name + ".weight", Initial.ONE, size);
        this.epsilon = epsilon;
    }

    Tensor forward(Tensor x) {
        Tensor variance = x.square().mean(new long[] {-1}, true, new ScalarTypeOptional());
        return x.mul(variance.add(Tensors.scalar(epsilon)).rsqrt()).mul(weight);
    }
}

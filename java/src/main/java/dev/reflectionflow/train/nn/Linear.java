package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** x W^T + b, with a low-rank change of W where a {@link Lora} has one for this layer. */
final class Linear {
    private final String name;
    private final Tensor weight; // (out, in)
    private final Tensor bias; // (out), null without
    private final Compute compute;

    private Linear(String name, Tensor weight, Tensor bias, Compute compute) {
        this.name = name;
        this.weight = weight;
        this.bias = bias;
        this.compute = compute;
    }

    static Linear of(Parameters parameters, Compute compute, String name, long in, long out) {
        return of(parameters, compute, name, in, out, Initial.scaled(in));
    }

    static Linear of(Parameters parameters, Compute compute, String name, long in, long out, Initial initial) {
        Tensor weight = parameters.take(name + ".weight", initial, out, in);
        return new Linear(name, weight, parameters.take(name + ".bias", Initial.ZERO, out), compute);
    }

    static Linear withoutBias(Parameters parameters, Compute compute, String name, long in, long out, Initial initial) {
        return new Linear(name, parameters.take(name + ".weight", initial, out, in), null, compute);
    }

    Tensor forward(Tensor x) {
        TensorOptional offset = bias == null ? new TensorOptional() : new TensorOptional(compute.operand(bias));
        return torch.linear(compute.operand(x), compute.operand(weight), offset);
    }

    /** The same with a LoRA, null for none. */
    Tensor forward(Tensor x, Lora lora) {
        Tensor y = forward(x);
        return lora == null ? y : lora.add(name, compute, x, y);
    }
}

package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A square convolution with bias. */
final class Convolution {
    private final Tensor weight; // (out, in, side, side)
    private final Tensor bias; // (out)
    private final Compute compute;
    private final long[] stride;
    private final long[] padding;

    Convolution(Parameters parameters, Compute compute, String name, long in, long out, long side) {
        this(parameters, compute, name, in, out, side, 1, side / 2);
    }

    Convolution(
            Parameters parameters,
            Compute compute,
            String name,
            long in,
            long out,
            long side,
            long stride,
            long padding) {
        weight = parameters.take(name + ".weight", Initial.scaled(in * side * side), out, in, side, side);
        bias = parameters.take(name + ".bias", Initial.ZERO, out);
        this.compute = compute;
        this.stride = new long[] {stride, stride};
        this.padding = new long[] {padding, padding};
    }

    /** x (B, in, h, w). */
    Tensor forward(Tensor x) {
        return torch.conv2d(
                compute.operand(x),
                compute.operand(weight),
                new TensorOptional(compute.operand(bias)),
                stride,
                padding,
                new long[] {1, 1},
                1);
    }
}

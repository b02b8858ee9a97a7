package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** x plus two convolutions of it, each after group norm and SiLU. */
final class ResnetBlock {
    private final GroupNorm norm1;
    private final Convolution conv1;
    private final GroupNorm norm2;
    private final Convolution conv2;
    private final Convolution shortcut;

    ResnetBlock(Parameters parameters, Compute compute, String name, int in, int out, int groups) {
        norm1 = new GroupNorm(parameters, name + "norm1", in, groups);
        conv1 = new Convolution(parameters, compute, name + "conv1", in, out, 3);
        norm2 = new GroupNorm(parameters, name + "norm2", out, groups);
        conv2 = new Convolution(parameters, compute, name + "conv2", out, out, 3);
        shortcut = in == out ? null : new Convolution(parameters, compute, name + "conv_shortcut", in, out, 1);
    }

    Tensor forward(Tensor x) {
        Tensor inner = conv1.forward(torch.silu(norm1.forward(x)));
        Tensor outer = conv2.forward(torch.silu(norm2.forward(inner)));
        return (shortcut == null ? x : shortcut.forward(x)).add(outer);
    }
}

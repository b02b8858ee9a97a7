package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Attention of every place of an image to every other, with one head. */
final class ImageAttention {
    private final GroupNorm norm;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final Compute compute;

    ImageAttention(Parameters parameters, Compute compute, String name, int channels, int groups) {
        norm = new GroupNorm(parameters, name + "group_norm", channels, groups);
        query = Linear.of(parameters, compute, name + "to_q", channels, channels);
        key = Linear.of(parameters, compute, name + "to_k", channels, channels);
        value = Linear.of(parameters, compute, name + "to_v", channels, channels);
        out = Linear.of(parameters, compute, name + "to_out.0", channels, channels);
        this.compute = compute;
    }

    Tensor forward(Tensor x) {
        Tensor places = norm.forward(x).flatten(2, -1).transpose(1, 2); // (B, h * w, C)
        Tensor q = query.forward(places).mul(Tensors.scalar(1 / Math.sqrt(x.size(1))));
        Tensor weights = torch.softmax(q.matmul(key.forward(places).transpose(-2, -1)), -1);
        Tensor attended = out.forward(compute.operand(weights).matmul(value.forward(places)));
        return x.add(attended.transpose(1, 2).unflatten(2, x.size(2), x.size(3)));
    }
}

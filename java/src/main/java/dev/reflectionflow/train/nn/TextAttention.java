package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Self-attention of the text encoders. */
final class TextAttention {
    private final Compute compute;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final int heads;
    private final double scale;

    /** @param layers query, key, value, output */
    TextAttention(Compute compute, Linear[] layers, int heads, double scale) {
        this.compute = compute;
        this.query = layers[0];
        this.key = layers[1];
        this.value = layers[2];
        this.out = layers[3];
        this.heads = heads;
        this.scale = scale;
    }

    /** x (B, S, E) with a bias on the logits, (S, S) or (1, H, S, S). */
    Tensor forward(Tensor x, Tensor bias) {
        Tensor q = split(query.forward(x));
        Tensor k = split(key.forward(x));
        Tensor v = split(value.forward(x));
        Tensor logits = q.matmul(k.transpose(-2, -1)).mul(Tensors.scalar(scale));
        Tensor weights = compute.operand(torch.softmax(logits.add(bias), -1));
        return out.forward(weights.matmul(v).transpose(1, 2).flatten(2, -1));
    }

    private Tensor split(Tensor x) {
        return compute.operand(x.unflatten(-1, heads, -1).transpose(1, 2));
    }
}

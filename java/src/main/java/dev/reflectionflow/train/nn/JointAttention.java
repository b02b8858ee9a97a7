package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One softmax over all tokens: text, image and, where there is one, condition. */
final class JointAttention {
    private JointAttention() {}

    /**
     * softmax(Q K^T / sqrt(D) + bias) V.
     *
     * @param parts of the sequence, in its order
     * @param bias added to the logits (S, S), or null
     * @return for each part (B, S, H * D)
     */
    static Tensor[] forward(Compute compute, Tensor bias, Heads.Projected... parts) {
        Tensor query = compute.operand(sequence(parts, 0));
        Tensor key = compute.operand(sequence(parts, 1));
        Tensor value = compute.operand(sequence(parts, 2));
        double scale = 1 / Math.sqrt(query.size(-1));
        Tensor logits = query.matmul(key.transpose(-2, -1)).mul(Tensors.scalar(scale));
        Tensor weights = torch.softmax(
                bias == null ? logits : logits.add(bias.to(logits.scalar_type().intern())), -1);
        Tensor attended = weights.matmul(value).transpose(1, 2).flatten(2, -1);
        Tensor[] results = new Tensor[parts.length];
        long first = 0;
        for (int i = 0; i < parts.length; i++) {
            long tokens = parts[i].query().size(1);
            results[i] = attended.narrow(1, first, tokens);
            first += tokens;
        }
        return results;
    }

    /** One of query, key and value of all parts (B, H, S, D). */
    private static Tensor sequence(Heads.Projected[] parts, int which) {
        Tensor[] tensors = new Tensor[parts.length];
        for (int i = 0; i < parts.length; i++) {
            Tensor part = which == 0 ? parts[i].query() : which == 1 ? parts[i].key() : parts[i].value();
            tensors[i] = part.transpose(1, 2);
        }
        return Tensors.concat(2, tensors);
    }
}

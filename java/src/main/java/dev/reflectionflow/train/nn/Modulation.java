package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * adaLN: how the conditioning changes one part of a block, each (B, 1, E).
 *
 * @param shift added after the norm
 * @param scale the norm's output is multiplied by 1 + scale
 * @param gate the part's output is multiplied by it
 */
record Modulation(Tensor shift, Tensor scale, Tensor gate) {
    private static final double EPSILON = 1e-6;

    /** The modulations of {@code parts} parts from the output of one linear layer (B, parts * 3 * E). */
    static Modulation[] split(Tensor all, int parts) {
        TensorVector chunks = all.unsqueeze(1).chunk(3L * parts, 2);
        Modulation[] modulations = new Modulation[parts];
        for (int i = 0; i < parts; i++) {
            modulations[i] = new Modulation(chunks.get(3L * i), chunks.get(3L * i + 1), chunks.get(3L * i + 2));
        }
        return modulations;
    }

    /** The part's input: x (B, S, E) normalised, scaled and shifted. */
    Tensor before(Tensor x) {
        return modulate(x, shift, scale);
    }

    /** The block's x after the part: its output gated and added. */
    Tensor after(Tensor x, Tensor output) {
        return torch.addcmul(x, gate, output);
    }

    static Tensor modulate(Tensor x, Tensor shift, Tensor scale) {
        Tensor normed = torch.layer_norm(
                x, new long[] {x.size(-1)}, new TensorOptional(), new TensorOptional(), EPSILON, false);
        return torch.addcmul(shift, normed, scale.add(Tensors.scalar(1)));
    }
}

package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * An earlier image that the corrector sees as tokens of its own. The LoRA always acts on them.
 *
 * @param latents the image as tokens (B, S_cond, C)
 * @param ids their positions (S_cond, 3), shifted to the left by the image's width
 * @param unionAttention whether condition and rest see each other
 * @param addAttention whether the double blocks add the condition's attention to the image's, token by token; needs as
 *     many tokens as the image has
 * @param scale weight of the condition in the attention: log(scale) is added between condition and rest, both ways; other
 *     than 1 it replaces the mask of {@code unionAttention}
 * @param timestep the noise level at which the condition is embedded, usually 0
 */
public record FluxCondition(
        Tensor latents, Tensor ids, boolean unionAttention, boolean addAttention, double scale, double timestep) {
    /** A condition as the corrector was trained: seen by all, at full weight, without noise. */
    public static FluxCondition of(Tensor latents, Tensor ids) {
        return new FluxCondition(latents, ids, true, false, 1, 0);
    }

    /** What is added to the attention logits between condition and rest. */
    double bias() {
        if (scale != 1) {
            return Math.log(scale);
        }
        return unionAttention ? 0 : Double.NEGATIVE_INFINITY;
    }
}

package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * What a FLUX transformer sees of a batch.
 *
 * @param latents noisy latents as tokens (B, S_img, C)
 * @param latentIds their positions (S_img, 3), see {@link PositionIds}
 * @param promptEmbeds T5's output (B, S_txt, text width); text tokens stand at position 0
 * @param pooledProjections CLIP's pooled output (B, pooled width)
 * @param timestep noise level from 0 to 1 (B)
 * @param guidance guidance scale (B); null where the network does not embed it
 */
public record FluxInputs(
        Tensor latents,
        Tensor latentIds,
        Tensor promptEmbeds,
        Tensor pooledProjections,
        Tensor timestep,
        Tensor guidance) {}

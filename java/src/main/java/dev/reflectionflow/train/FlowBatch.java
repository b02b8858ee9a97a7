package dev.reflectionflow.train;

import dev.reflectionflow.train.nn.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Latents on their straight way to noise: (1 - t) x + t noise.
 *
 * @param noisy (B, S_img, C)
 * @param timestep t (B)
 * @param velocity noise - x: what the network should say of it (B, S_img, C)
 */
record FlowBatch(Tensor noisy, Tensor timestep, Tensor velocity) {
    /** @param shift of the noise levels, see {@link Noise#timesteps} */
    static FlowBatch of(Tensor latents, Noise random, double shift) {
        int size = (int) latents.size(0);
        Tensor noise = Tensors.ofFloats(random.normal((int) latents.numel()), Tensors.shape(latents));
        return at(latents, noise, Tensors.ofFloats(random.timesteps(size, shift), size));
    }

    /** @param timestep (B) */
    static FlowBatch at(Tensor latents, Tensor noise, Tensor timestep) {
        Tensor velocity = noise.sub(latents);
        return new FlowBatch(
                latents.add(timestep.reshape(timestep.size(0), 1, 1).mul(velocity)), timestep, velocity);
    }

    /** Mean squared error of a velocity. */
    static Tensor error(Tensor said, Tensor wanted) {
        return said.to(ScalarType.Float).sub(wanted).square().mean();
    }

    /** The same number for each sample (B). */
    static Tensor constant(double value, int size) {
        return Tensors.ofFloats(new float[size], size).add(new Scalar(value));
    }
}

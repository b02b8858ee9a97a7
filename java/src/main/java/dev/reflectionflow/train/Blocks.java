package dev.reflectionflow.train;

import dev.reflectionflow.train.nn.BlockRunner;
import dev.reflectionflow.train.nn.Recomputation;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/**
 * How one evaluation runs its blocks.
 *
 * @param runner of the blocks
 * @param backward what their gradients need in place of the loss's own
 */
record Blocks(BlockRunner runner, Consumer<Tensor> backward) {
    /** Blocks that keep all they need, or compute it again. */
    static Blocks of(LoopConfig config) {
        if (config.gradientCheckpointing()) {
            Recomputation recomputation = new Recomputation();
            return new Blocks(recomputation, recomputation::backward);
        }
        return new Blocks(BlockRunner::plain, Tensor::backward);
    }
}

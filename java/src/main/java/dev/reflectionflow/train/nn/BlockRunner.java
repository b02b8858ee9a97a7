package dev.reflectionflow.train.nn;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** How a network runs its blocks: at once, observed, or again when their gradients are due. */
public interface BlockRunner {
    /** A block: rows of tokens and conditioning to rows of tokens. */
    interface Block {
        Tensor[] forward(Tensor[] rows, Tensor[] conditioning);
    }

    /**
     * Runs one block.
     *
     * @param name such as {@code double.0} or {@code single.3}
     */
    Tensor[] run(String name, Block block, Tensor[] rows, Tensor[] conditioning);

    /** Runs a block at once; of what it makes, only what gradients need outlives it. */
    static Tensor[] plain(String name, Block block, Tensor[] rows, Tensor[] conditioning) {
        Tensor[] results;
        try (PointerScope scope = new PointerScope()) {
            results = block.forward(entering(rows), entering(conditioning));
            for (Tensor result : results) {
                Tensors.keep(result);
            }
        }
        for (Tensor result : results) {
            Tensors.handOver(result);
        }
        return results;
    }

    /**
     * Views of a block's inputs. What comes back through all uses of an input within the block is summed here first, so that
     * gradients are the same bits whether or not the block is recomputed.
     */
    private static Tensor[] entering(Tensor[] tensors) {
        Tensor[] views = new Tensor[tensors.length];
        for (int i = 0; i < views.length; i++) {
            views[i] = tensors[i].view_as(tensors[i]);
        }
        return views;
    }
}

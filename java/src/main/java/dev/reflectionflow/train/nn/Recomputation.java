package dev.reflectionflow.train.nn;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradient checkpointing: a block keeps its inputs only and is run again when its gradients are due. Use a new object for
 * every evaluation, and {@link #backward} in place of the loss's own.
 */
public final class Recomputation implements BlockRunner {
    /** A block that ran: its inputs as the graph has them, and its results cut off from them. */
    private record Segment(Block block, Tensor[] rows, Tensor[] conditioning, Tensor[] results) {}

    private final Deque<Segment> segments = new ArrayDeque<>();

    /** What all blocks share, cut off from what made it: gradients are summed here and passed on once. */
    private final Map<Tensor, Tensor> shared = new IdentityHashMap<>();

    @Override
    public Tensor[] run(String name, Block block, Tensor[] rows, Tensor[] conditioning) {
        Tensor[] common = new Tensor[conditioning.length];
        for (int i = 0; i < common.length; i++) {
            common[i] = shared.computeIfAbsent(conditioning[i], Recomputation::leaf);
        }
        Tensor[] results;
        try (NoGradients guard = new NoGradients()) {
            results = BlockRunner.plain(name, block, rows, common);
        }
        for (Tensor result : results) {
            result.set_requires_grad(true);
        }
        segments.push(new Segment(block, rows, common, results));
        return results;
    }

    /** Adds the gradients of {@code loss} to all parameters, block by block from the last. */
    public void backward(Tensor loss) {
        loss.backward();
        while (!segments.isEmpty()) {
            try (PointerScope scope = new PointerScope()) {
                backward(segments.pop());
            }
        }
        shared.forEach(Recomputation::passOn);
        shared.clear();
    }

    private static void backward(Segment segment) {
        Tensor[] rows = Arrays.stream(segment.rows).map(Recomputation::leaf).toArray(Tensor[]::new);
        Tensor[] results = BlockRunner.plain("", segment.block, rows, segment.conditioning);
        TensorVector reached = new TensorVector();
        TensorVector gradients = new TensorVector();
        for (int i = 0; i < results.length; i++) {
            Tensor gradient = segment.results[i].grad();
            if (gradient.defined() && results[i].requires_grad()) {
                reached.push_back(results[i]);
                gradients.push_back(gradient);
            }
        }
        if (!reached.empty()) {
            torch.backward(reached, gradients, new BoolOptional(), false, new TensorVector());
        }
        for (int i = 0; i < rows.length; i++) {
            passOn(segment.rows[i], rows[i]);
        }
    }

    private static Tensor leaf(Tensor tensor) {
        return tensor.detach().set_requires_grad(tensor.requires_grad());
    }

    /** Gives the gradient of a leaf to what the leaf was cut off from. */
    private static void passOn(Tensor origin, Tensor leaf) {
        Tensor gradient = leaf.grad();
        if (gradient.defined()) {
            torch.backward(
                    new TensorVector(origin),
                    new TensorVector(gradient),
                    new BoolOptional(),
                    false,
                    new TensorVector());
        }
    }
}

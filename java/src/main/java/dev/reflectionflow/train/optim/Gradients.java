package dev.reflectionflow.train.optim;

import dev.reflectionflow.train.nn.NoGradients;
import java.util.Collection;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** What is done to all gradients together. */
public final class Gradients {
    /** Keeps the division below finite; torch.nn.utils.clip_grad_norm_ has the same. */
    private static final double EPSILON = 1e-6;

    private Gradients() {}

    /**
     * Scales all gradients down so that their common norm is at most {@code most}.
     *
     * @param most 0 for no limit
     * @return the norm before
     */
    public static double clip(Collection<Tensor> parameters, double most) {
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            double squares = 0;
            for (Tensor parameter : parameters) {
                Tensor gradient = parameter.grad();
                if (gradient.defined()) {
                    double norm = gradient.norm().item_double();
                    squares += norm * norm;
                }
            }
            double norm = Math.sqrt(squares);
            double scale = most / (norm + EPSILON);
            if (most > 0 && scale < 1) {
                scale(parameters, scale);
            }
            return norm;
        }
    }

    private static void scale(Collection<Tensor> parameters, double factor) {
        Scalar scalar = new Scalar(factor);
        for (Tensor parameter : parameters) {
            Tensor gradient = parameter.grad();
            if (gradient.defined()) {
                gradient.mul_(scalar);
            }
        }
    }

    /** Forgets all gradients. */
    public static void clear(Collection<Tensor> parameters) {
        try (PointerScope scope = new PointerScope()) {
            for (Tensor parameter : parameters) {
                parameter.mutable_grad().reset();
            }
        }
    }
}

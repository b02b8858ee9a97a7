package dev.reflectionflow.train.optim;

import dev.reflectionflow.train.nn.Tensors;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Moves parameters against their gradients. All that it remembers from step to step is in {@link #tensors} and {@link
 * #numbers}, under names that a checkpoint can keep, so that a restored optimizer goes on to the same bits.
 */
public interface Optimizer extends AutoCloseable {
    /**
     * One step. A parameter without a gradient stays as it is.
     *
     * @param learningRate of this step, as its schedule gives it
     */
    void step(double learningRate);

    /** What it remembers of each parameter: the live tensors, to be read or copied into. */
    Map<String, Tensor> tensors();

    /** What it remembers of all parameters together. */
    Map<String, Double> numbers();

    /** Takes back what {@link #numbers} gave. */
    void restore(Map<String, Double> numbers);

    /** Frees {@link #tensors}. */
    @Override
    default void close() {
        tensors().values().forEach(Tensors::release);
    }
}

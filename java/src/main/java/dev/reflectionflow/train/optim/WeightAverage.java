package dev.reflectionflow.train.optim;

import dev.reflectionflow.train.nn.NoGradients;
import dev.reflectionflow.train.nn.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Exponential moving average of weights: less noisy than the weights of any one step. Early on it follows closely, as
 * the mean of {@code n} steps would: its decay is at most (1 + n) / (10 + n).
 */
public final class WeightAverage implements AutoCloseable {
    private final Map<String, Tensor> parameters;
    private final Map<String, Tensor> average;
    private final double decay;

    /** @param decay share of the average that a step keeps, such as 0.999 */
    public WeightAverage(Map<String, Tensor> parameters, double decay) {
        this.parameters = new LinkedHashMap<>(parameters);
        this.decay = decay;
        average = Slots.copies(parameters);
    }

    /** Takes in the weights after step {@code step}, counted from 1. */
    public void update(long step) {
        double keep = Math.min(decay, (1.0 + step) / (10.0 + step));
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            Scalar fresh = new Scalar(1 - keep);
            average.forEach((name, tensor) -> tensor.lerp_(parameters.get(name), fresh));
        }
    }

    /** The averages by parameter: the live tensors, to be read or copied into. */
    public Map<String, Tensor> tensors() {
        return average;
    }

    @Override
    public void close() {
        average.values().forEach(Tensors::release);
    }
}

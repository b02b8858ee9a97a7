package dev.reflectionflow.train.optim;

import dev.reflectionflow.train.nn.NoGradients;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Gradient descent with momentum and coupled weight decay, step for step as torch.optim.SGD without dampening. */
public final class Sgd implements Optimizer {
    private final Map<String, Tensor> parameters;
    private final double momentum;
    private final double weightDecay;
    private final Map<String, Tensor> velocity;

    /** @param momentum share of the last step's velocity that is kept; 0 for none, and no memory for it */
    public Sgd(Map<String, Tensor> parameters, double momentum, double weightDecay) {
        this.parameters = new LinkedHashMap<>(parameters);
        this.momentum = momentum;
        this.weightDecay = weightDecay;
        velocity = momentum == 0 ? Map.of() : Slots.zeros(parameters);
    }

    @Override
    public void step(double learningRate) {
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            Scalar decay = new Scalar(weightDecay);
            Scalar keep = new Scalar(momentum);
            Scalar back = new Scalar(-learningRate);
            parameters.forEach((name, parameter) -> {
                Tensor gradient = parameter.grad();
                if (gradient.defined()) {
                    Tensor direction = weightDecay == 0 ? gradient : gradient.add(parameter, decay);
                    if (momentum != 0) {
                        direction = velocity.get(name).mul_(keep).add_(direction);
                    }
                    parameter.add_(direction, back);
                }
            });
        }
    }

    @Override
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        Slots.addTo(all, "velocity", velocity);
        return all;
    }

    @Override
    public Map<String, Double> numbers() {
        return Map.of();
    }

    @Override
    public void restore(Map<String, Double> numbers) {
        // all that is remembered lies in tensors
    }
}

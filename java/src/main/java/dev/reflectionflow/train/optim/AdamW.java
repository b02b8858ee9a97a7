package dev.reflectionflow.train.optim;

import dev.reflectionflow.train.nn.NoGradients;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019), step for step as torch.optim.AdamW. */
public final class AdamW implements Optimizer {
    /**
     * Its constants.
     *
     * @param beta1 how much of the mean gradient a step keeps
     * @param beta2 how much of the mean squared gradient a step keeps
     * @param epsilon added to the root of the mean square
     * @param weightDecay share of a weight that a step of learning rate 1 takes away
     */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {}

    private final Map<String, Tensor> parameters;
    private final Settings settings;
    private final Map<String, Tensor> mean;
    private final Map<String, Tensor> square;
    private long steps;

    public AdamW(Map<String, Tensor> parameters, Settings settings) {
        this.parameters = new LinkedHashMap<>(parameters);
        this.settings = settings;
        mean = Slots.zeros(parameters);
        square = Slots.zeros(parameters);
    }

    @Override
    public void step(double learningRate) {
        steps++;
        double stepSize = learningRate / (1 - Math.pow(settings.beta1, steps));
        double squareScale = Math.sqrt(1 - Math.pow(settings.beta2, steps));
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            Scalar keep = new Scalar(1 - learningRate * settings.weightDecay);
            Scalar fresh = new Scalar(1 - settings.beta1);
            Scalar beta2 = new Scalar(settings.beta2);
            Scalar freshSquare = new Scalar(1 - settings.beta2);
            Scalar scale = new Scalar(squareScale);
            Scalar epsilon = new Scalar(settings.epsilon);
            Scalar back = new Scalar(-stepSize);
            parameters.forEach((name, parameter) -> {
                Tensor gradient = parameter.grad();
                if (gradient.defined()) {
                    parameter.mul_(keep);
                    Tensor m = mean.get(name);
                    m.lerp_(gradient, fresh);
                    Tensor v = square.get(name);
                    v.mul_(beta2).addcmul_(gradient, gradient, freshSquare);
                    Tensor root = v.sqrt();
                    root.div_(scale).add_(epsilon);
                    parameter.addcdiv_(m, root, back);
                }
            });
        }
    }

    @Override
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        Slots.addTo(all, "mean", mean);
        Slots.addTo(all, "square", square);
        return all;
    }

    @Override
    public Map<String, Double> numbers() {
        return Map.of("steps", (double) steps);
    }

    @Override
    public void restore(Map<String, Double> numbers) {
        steps = numbers.get("steps").longValue();
    }
}

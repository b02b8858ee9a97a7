package dev.reflectionflow.train.optim;

import dev.reflectionflow.train.nn.NoGradients;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Adam that estimates its own step size (Mishchenko and Defazio, "Prodigy", 2023): {@code d} bounds from below how far the
 * solution lies from the start, and grows as gradients keep pointing away from where the weights began.
 */
public final class Prodigy implements Optimizer {
    /**
     * Its constants.
     *
     * @param beta1 how much of the mean gradient a step keeps
     * @param beta2 how much of the mean squared gradient a step keeps
     * @param epsilon added to the root of the mean square, times d
     * @param weightDecay decoupled, times d and the learning rate
     * @param biasCorrection whether the step size is corrected for means that start at 0, as Adam's is
     * @param safeguardWarmup whether the estimate's denominator leaves the learning rate out, so that a warm-up does not
     *     inflate the estimate
     * @param d0 first estimate
     */
    public record Settings(
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            boolean biasCorrection,
            boolean safeguardWarmup,
            double d0) {}

    private final Map<String, Tensor> parameters;
    private final Settings settings;
    private final Map<String, Tensor> mean;
    private final Map<String, Tensor> square;
    private final Map<String, Tensor> sum;
    private final Map<String, Tensor> start;
    private final double beta3;
    private long steps;
    private double d;
    private double largest;
    private double numerator;

    public Prodigy(Map<String, Tensor> parameters, Settings settings) {
        this.parameters = new LinkedHashMap<>(parameters);
        this.settings = settings;
        mean = Slots.zeros(parameters);
        square = Slots.zeros(parameters);
        sum = Slots.zeros(parameters);
        start = Slots.copies(parameters);
        beta3 = Math.sqrt(settings.beta2);
        d = settings.d0;
        largest = settings.d0;
    }

    /** The estimate: what the learning rate is multiplied with. */
    public double d() {
        return d;
    }

    @Override
    public void step(double learningRate) {
        double rate = d * learningRate * biasCorrection();
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            double denominator = learningRate > 0 ? remember(rate) : 0;
            if (denominator == 0) {
                return;
            }
            double estimate = numerator / denominator;
            if (d == settings.d0) {
                d = Math.max(d, estimate);
            }
            largest = Math.max(largest, estimate);
            d = largest;
            move(rate);
        }
        steps++;
    }

    private double biasCorrection() {
        return settings.biasCorrection
                ? Math.sqrt(1 - Math.pow(settings.beta2, steps + 1)) / (1 - Math.pow(settings.beta1, steps + 1))
                : 1;
    }

    /** Takes the gradients into the means and the estimate's two sums; returns the denominator. */
    private double remember(double rate) {
        double share = d / settings.d0;
        Scalar beta1 = new Scalar(settings.beta1);
        Scalar fresh = new Scalar(d * (1 - settings.beta1));
        Scalar beta2 = new Scalar(settings.beta2);
        Scalar freshSquare = new Scalar(d * d * (1 - settings.beta2));
        Scalar keep = new Scalar(beta3);
        Scalar weight = new Scalar(share * (settings.safeguardWarmup ? d : rate));
        double denominator = 0;
        numerator *= beta3;
        for (Map.Entry<String, Tensor> entry : parameters.entrySet()) {
            Tensor gradient = entry.getValue().grad();
            if (gradient.defined()) {
                String name = entry.getKey();
                Tensor way = start.get(name).sub(entry.getValue());
                numerator += share * rate * gradient.mul(way).sum().item_double();
                mean.get(name).mul_(beta1).add_(gradient, fresh);
                square.get(name).mul_(beta2).addcmul_(gradient, gradient, freshSquare);
                denominator += sum.get(name)
                        .mul_(keep)
                        .add_(gradient, weight)
                        .abs()
                        .sum()
                        .item_double();
            }
        }
        return denominator;
    }

    private void move(double rate) {
        Scalar epsilon = new Scalar(d * settings.epsilon);
        Scalar decay = new Scalar(1 - settings.weightDecay * rate);
        Scalar back = new Scalar(-rate);
        parameters.forEach((name, parameter) -> {
            if (parameter.grad().defined()) {
                if (settings.weightDecay != 0) {
                    parameter.mul_(decay);
                }
                parameter.addcdiv_(mean.get(name), square.get(name).sqrt().add_(epsilon), back);
            }
        });
    }

    @Override
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        Slots.addTo(all, "mean", mean);
        Slots.addTo(all, "square", square);
        Slots.addTo(all, "sum", sum);
        Slots.addTo(all, "start", start);
        return all;
    }

    @Override
    public Map<String, Double> numbers() {
        return Map.of("steps", (double) steps, "d", d, "largest", largest, "numerator", numerator);
    }

    @Override
    public void restore(Map<String, Double> numbers) {
        steps = numbers.get("steps").longValue();
        d = numbers.get("d");
        largest = numbers.get("largest");
        numerator = numbers.get("numerator");
    }
}

package dev.reflectionflow.train;

import dev.reflectionflow.train.optim.AdamW;
import dev.reflectionflow.train.optim.LearningRate;
import dev.reflectionflow.train.optim.Optimizer;
import dev.reflectionflow.train.optim.Prodigy;
import dev.reflectionflow.train.optim.Sgd;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * How weights follow gradients.
 *
 * @param kind which optimizer
 * @param rate its learning rate by step
 * @param beta1 of AdamW and Prodigy
 * @param beta2 of AdamW and Prodigy
 * @param epsilon of AdamW and Prodigy
 * @param weightDecay decoupled for AdamW and Prodigy
 * @param momentum of SGD
 * @param biasCorrection of Prodigy
 * @param safeguardWarmup of Prodigy
 * @param d0 first estimate of Prodigy
 */
public record OptimizerConfig(
        Kind kind,
        LearningRate rate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double momentum,
        boolean biasCorrection,
        boolean safeguardWarmup,
        double d0) {
    /** The optimizers that there are. */
    public enum Kind {
        PRODIGY,
        ADAMW,
        SGD
    }

    static OptimizerConfig read(ConfigTree tree) {
        String at = "train.optimizer.params.";
        Kind kind = tree.choice("train.optimizer.type", Kind.class, Kind.PRODIGY);
        boolean prodigy = kind == Kind.PRODIGY;
        List<Double> betas = tree.numbers(at + "betas", List.of(0.9, 0.999));
        if (betas.size() != 2 || !betas.stream().allMatch(beta -> beta >= 0 && beta < 1)) {
            throw tree.bad(at + "betas", "must be two numbers from 0 to below 1");
        }
        LearningRate rate = new LearningRate(
                tree.number(at + "lr", 0, 1e6, prodigy ? 1 : 1e-3),
                tree.integer("train.optimizer.warmup_steps", 0, 0),
                tree.integer("train.optimizer.decay_steps", 0, 0),
                tree.number("train.optimizer.final_lr_share", 0, 1, 0));
        return new OptimizerConfig(
                kind,
                rate,
                betas.get(0),
                betas.get(1),
                tree.number(at + "eps", 0, 1, 1e-8),
                tree.number(at + "weight_decay", 0, 1e3, kind == Kind.SGD ? 0 : 0.01),
                tree.number(at + "momentum", 0, 1, 0),
                tree.flag(at + "use_bias_correction", prodigy),
                tree.flag(at + "safeguard_warmup", prodigy),
                tree.number(at + "d0", 1e-12, 1, 1e-6));
    }

    Optimizer create(Map<String, Tensor> parameters) {
        return switch (kind) {
            case PRODIGY ->
                new Prodigy(
                        parameters,
                        new Prodigy.Settings(beta1, beta2, epsilon, weightDecay, biasCorrection, safeguardWarmup, d0));
            case ADAMW -> new AdamW(parameters, new AdamW.Settings(beta1, beta2, epsilon, weightDecay));
            case SGD -> new Sgd(parameters, momentum, weightDecay);
        };
    }
}

package dev.reflectionflow.train;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a step of training did.
 *
 * @param step counted from 1
 * @param loss mean over its batches
 * @param smoothLoss moving average of the loss
 * @param gradientNorm of all gradients together, before clipping
 * @param learningRate of this step
 * @param samplesPerSecond lately
 * @param parts what else the stage measures
 */
public record StepReport(
        long step,
        double loss,
        double smoothLoss,
        double gradientNorm,
        double learningRate,
        double samplesPerSecond,
        Map<String, Double> parts) {
    /** All numbers by the names that logs give them. */
    Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss", loss);
        values.put("smooth_loss", smoothLoss);
        values.put("gradient_norm", gradientNorm);
        values.put("learning_rate", learningRate);
        values.put("images_per_second", samplesPerSecond);
        values.putAll(parts);
        return values;
    }
}

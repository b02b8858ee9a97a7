package dev.reflectionflow.engine;

import dev.reflectionflow.weights.SchedulerConfig;

/**
 * The noise levels of a run, as diffusers' {@code FlowMatchEulerDiscreteScheduler} spaces them: {@code linspace(1, 1/steps)}
 * in float64, then everything in float32.
 */
final class FlowMatchSchedule {
    private final SchedulerConfig config;

    FlowMatchSchedule(SchedulerConfig config) {
        this.config = config;
    }

    /** The shift's exponent for an image of so many tokens (used with a dynamic shift only). */
    double mu(int imageTokens) {
        double slope = (config.maxShift() - config.baseShift()) / (config.maxTokens() - config.baseTokens());
        double intercept = config.baseShift() - slope * config.baseTokens();
        return imageTokens * slope + intercept;
    }

    /** steps + 1 noise levels from (at most) 1 to exactly 0. */
    float[] sigmas(int steps, int imageTokens) {
        float[] sigmas = new float[steps + 1];
        double last = 1.0 / steps;
        for (int i = 0; i < steps; i++) {
            double fraction = steps == 1 ? 0 : (double) i / (steps - 1);
            float sigma = (float) (1 + fraction * (last - 1));
            sigmas[i] = config.dynamicShift() ? exponential(sigma, mu(imageTokens)) : shifted(sigma);
        }
        return sigmas;
    }

    private float shifted(float sigma) {
        float shift = (float) config.shift();
        return shift * sigma / (1 + (shift - 1) * sigma);
    }

    private static float exponential(float sigma, double mu) {
        float factor = (float) Math.exp(mu);
        return factor / (factor + (1 / sigma - 1));
    }
}

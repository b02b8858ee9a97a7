package dev.reflectionflow.train.optim;

/**
 * Learning rate by step: a straight warm-up, then constant, or half a cosine down to a share of itself.
 *
 * @param peak after the warm-up
 * @param warmup steps until {@code peak}; 0 for none
 * @param end step at which the cosine ends; 0 for a constant rate
 * @param floor share of {@code peak} that is left at {@code end}
 */
public record LearningRate(double peak, long warmup, long end, double floor) {
    /** The rate of a step, counted from 1. */
    public double at(long step) {
        if (step < warmup) {
            return peak * step / warmup;
        }
        if (end <= warmup) {
            return peak;
        }
        double way = Math.min(1, (step - warmup) / (double) (end - warmup));
        return peak * (floor + (1 - floor) * (1 + Math.cos(Math.PI * way)) / 2);
    }
}

package dev.reflectionflow.train;

import java.util.SplittableRandom;

/**
 * Chance for one batch, a pure function of the run's seed, the step and the batch's place in it: a resumed run has
 * nothing to remember.
 */
final class Noise {
    private static final long STEP = 0x9E3779B97F4A7C15L;
    private static final long PART = 0xD1B54A32D192ED03L;

    private final SplittableRandom random;

    Noise(long seed, long step, int part) {
        // two rounds: nearby seeds, steps and parts must give unrelated rows
        long mixed = new SplittableRandom(seed).nextLong() + step * STEP + part * PART;
        random = new SplittableRandom(new SplittableRandom(mixed).nextLong());
    }

    /** Unit normal values. */
    float[] normal(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    double uniform() {
        return random.nextDouble();
    }

    /** From 0 to below {@code bound}. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /**
     * Noise levels: sigmoid(normal), then shifted towards 1 by t' = s t / (1 + (s - 1) t).
     *
     * @param shift s
     */
    float[] timesteps(int count, double shift) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            double t = 1 / (1 + Math.exp(-random.nextGaussian()));
            values[i] = (float) (shift * t / (1 + (shift - 1) * t));
        }
        return values;
    }
}

package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

/** The tolerance of DESIGN "Numerics": measured against a reference, not chosen. */
final class Errors {
    /** One rounding of a value around 1 in bfloat16. */
    private static final double FLOOR = 1.0 / 256;

    private Errors() {}

    /** Our largest and our mean error are at most twice those of another implementation in the same type. */
    static void assertAtMostTwice(float[] ours, float[] theirs, float[] reference) {
        assertThat(largest(ours, reference)).isLessThanOrEqualTo(2 * largest(theirs, reference) + FLOOR);
        assertThat(mean(ours, reference)).isLessThanOrEqualTo(2 * mean(theirs, reference) + FLOOR / 4);
    }

    static double largest(float[] a, float[] b) {
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs((double) a[i] - b[i]));
        }
        return most;
    }

    static double mean(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((double) a[i] - b[i]);
        }
        return sum / a.length;
    }
}

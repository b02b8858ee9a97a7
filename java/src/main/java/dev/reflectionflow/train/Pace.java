package dev.reflectionflow.train;

/** Samples a second, a moving average over steps. */
final class Pace {
    private static final double KEPT = 0.9;

    private long last = System.nanoTime();
    private double secondsEach = Double.NaN;

    /** The pace after a step with so many samples. */
    double after(int samples) {
        long now = System.nanoTime();
        double each = (now - last) / 1e9 / samples;
        last = now;
        secondsEach = Double.isNaN(secondsEach) ? each : KEPT * secondsEach + (1 - KEPT) * each;
        return 1 / secondsEach;
    }

    /** What was done since the last step does not count. */
    void skip() {
        last = System.nanoTime();
    }
}

package dev.reflectionflow.engine;

/** Wall clock in laps, in milliseconds. */
final class Stopwatch {
    private final long start = System.nanoTime();
    private long last = start;

    /** Time since the last lap, or since the start. */
    double lap() {
        long now = System.nanoTime();
        double lap = (now - last) / 1e6;
        last = now;
        return lap;
    }

    double total() {
        return (System.nanoTime() - start) / 1e6;
    }
}

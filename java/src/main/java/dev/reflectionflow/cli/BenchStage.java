package dev.reflectionflow.cli;

import java.util.ArrayList;
import java.util.List;

/** One stage of an image and the milliseconds that it took, time after time. */
enum BenchStage {
    TEXT("text encoding"),
    CONDITION("condition encoding"),
    PREPARE("preparation"),
    STEP("step"),
    DECODE("decoding"),
    TOTAL("total");

    private final String label;

    BenchStage(String label) {
        this.label = label;
    }

    /** What people read. */
    String label() {
        return label;
    }

    /**
     * The sample at a fraction of the sorted ones: 0.5 is the median.
     *
     * @param samples at least one
     */
    static double quantile(List<Double> samples, double fraction) {
        List<Double> sorted = new ArrayList<>(samples);
        sorted.sort(null);
        return sorted.get((int) (fraction * (sorted.size() - 1) + 0.5));
    }

    static double median(List<Double> samples) {
        return quantile(samples, 0.5);
    }
}

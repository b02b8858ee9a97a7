package dev.reflectionflow.train.data;

import java.util.List;
import java.util.Objects;

/**
 * Samples for one step.
 *
 * @param samples in order
 * @param next where the source stands after them: a source opened there goes on as if it had never stopped
 */
public record Batch(List<Sample> samples, DataPosition next) {
    public Batch {
        samples = List.copyOf(samples);
        Objects.requireNonNull(next, "next");
    }
}

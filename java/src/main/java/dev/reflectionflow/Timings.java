package dev.reflectionflow;

import java.util.List;

/**
 * Where the time of one batch went, in milliseconds of wall clock.
 *
 * @param textMs text encoding (tokenizers included); 0 where the conditioning was still at hand
 * @param conditionMs encoding of the condition image; 0 without one
 * @param stepMs each denoising step in order
 * @param decodeMs latents to RGB
 * @param totalMs from the start of the work (not of the queueing) to the pixels
 */
public record Timings(double textMs, double conditionMs, List<Double> stepMs, double decodeMs, double totalMs) {
    public Timings {
        stepMs = List.copyOf(stepMs);
    }
}

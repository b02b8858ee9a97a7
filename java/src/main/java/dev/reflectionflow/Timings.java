package dev.reflectionflow;

import java.util.List;

/**
 * Where the time of one batch went, in milliseconds of wall clock.
 *
 * @param textMs text encoding (tokenizers included); 0 where the conditioning was still at hand
 * @param conditionMs encoding of the condition image; 0 without one
 * @param prepareMs the noise, and all that is the same for every step
 * @param stepMs when the host came back from each denoising step, in order, counted from the step before. On the CPU
 *     that is the step's time; on a CUDA device, which works one step behind, the first is near 0 and the last has two
 * @param decodeMs latents to RGB
 * @param nativeMs of the total, what the native engine computed; the rest is Java's
 * @param totalMs from the start of the work (not of the queueing) to the pixels
 */
public record Timings(
        double textMs,
        double conditionMs,
        double prepareMs,
        List<Double> stepMs,
        double decodeMs,
        double nativeMs,
        double totalMs) {
    public Timings {
        stepMs = List.copyOf(stepMs);
    }
}

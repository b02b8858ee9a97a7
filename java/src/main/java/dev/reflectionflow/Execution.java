package dev.reflectionflow;

import java.util.Optional;

/**
 * How the steps of one batch were taken: what the engine chose, or met, beside what it was asked for.
 *
 * @param attention which joint attention computed, {@code ours} or {@code libtorch}
 * @param attentionReason why that one, in words
 * @param graphLaunches steps that a device took as a whole, captured before; 0 on the CPU
 * @param graphFailure why no step could be captured, or none any more; empty where nothing failed
 * @param skippedSteps steps that left out all blocks but the first; 0 without a cache of steps
 */
public record Execution(
        String attention, String attentionReason, int graphLaunches, Optional<String> graphFailure, int skippedSteps) {}

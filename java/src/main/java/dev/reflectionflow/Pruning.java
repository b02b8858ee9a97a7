package dev.reflectionflow;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Gives up images half-way: after some steps their previews are shown, and only those that are chosen are finished.
 *
 * @param step steps after which the previews are decoded, from 1; at or beyond the last step nothing is given up
 * @param keep from the previews, one per request in their order, to the indices of those to finish; called on the thread
 *     that asked for the images
 */
public record Pruning(int step, Function<List<RgbImage>, Set<Integer>> keep) {
    public Pruning {
        if (step < 1) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, "pruning after step " + step + ", not 1 or more");
        }
    }
}

package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;

/**
 * Giving up the worst of a round half-way. The network evaluations that this saves are spent on fresh noise in the places
 * of the images given up, as soon as they make up a whole image.
 *
 * @param step after which the previews are judged, from 1 and before the last
 * @param share of the round's images to give up, in (0, 1); rounded down, and never all
 */
public record PruningSettings(int step, double share) {
    public PruningSettings {
        if (step < 1 || !(share > 0 && share < 1)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "pruning needs a step from 1 and a share between 0 and 1, not " + step + " and " + share);
        }
    }

    int dropped(int images) {
        return Math.min((int) (images * share), images - 1);
    }
}

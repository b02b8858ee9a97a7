package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;

/**
 * When a prompt is good enough to stop before its last round.
 *
 * @param threshold score to reach, or null for none
 * @param satisfied whether to stop once the verifier sees every requirement met
 * @param patience rounds without a better image after which to stop; 0 for any number
 */
public record StopRules(Double threshold, boolean satisfied, int patience) {
    /** All rounds, whatever comes of them. */
    public static final StopRules NONE = new StopRules(null, false, 0);

    public StopRules {
        if (threshold != null && !Double.isFinite(threshold)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT, "stop threshold " + threshold + " is not a finite number");
        }
        if (patience < 0) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, "patience " + patience + " is not 0 or more");
        }
    }
}

package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.run.Budget;
import java.util.Optional;

/**
 * What a prompt may cost; {@code null} for no limit. Images, network evaluations and verifier calls never go beyond theirs.
 * The others are known only after the work, so they are looked at before each round, and that round may go beyond.
 *
 * @param images drawn to their end
 * @param networkEvaluations those of images given up included
 * @param verifierCalls judgements, of previews too
 * @param languageModelCalls requests sent to services
 * @param tokens that services count
 * @param seconds of work, see {@link Budget}
 */
public record Limits(
        Long images,
        Long networkEvaluations,
        Long verifierCalls,
        Long languageModelCalls,
        Long tokens,
        Double seconds) {
    /** None. */
    public static final Limits NONE = new Limits(null, null, null, null, null, null);

    public Limits {
        check("images", images);
        check("network evaluations", networkEvaluations);
        check("verifier calls", verifierCalls);
        check("language-model calls", languageModelCalls);
        check("tokens", tokens);
        check("seconds", seconds);
    }

    private static void check(String name, Number limit) {
        if (limit != null && !(limit.doubleValue() > 0)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT, "a limit of " + limit + " " + name + " is not above 0");
        }
    }

    /** The first limit that is used up. */
    Optional<StopReason> reached(Budget spent) {
        if (isReached(spent.images(), images)) {
            return Optional.of(StopReason.IMAGES);
        }
        if (isReached(spent.networkEvaluations(), networkEvaluations)) {
            return Optional.of(StopReason.NETWORK_EVALUATIONS);
        }
        if (isReached(spent.verifierCalls(), verifierCalls)) {
            return Optional.of(StopReason.VERIFIER_CALLS);
        }
        if (isReached(spent.languageModelCalls(), languageModelCalls)) {
            return Optional.of(StopReason.LANGUAGE_MODEL_CALLS);
        }
        if (isReached(spent.tokens(), tokens)) {
            return Optional.of(StopReason.TOKENS);
        }
        return isReached(spent.seconds(), seconds) ? Optional.of(StopReason.SECONDS) : Optional.empty();
    }

    private static boolean isReached(Number spent, Number limit) {
        return limit != null && spent.doubleValue() >= limit.doubleValue();
    }
}

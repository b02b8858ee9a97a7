package dev.reflectionflow.search;

import java.util.Locale;

/** Why a prompt's search ended; all of them are ends as they should be. */
public enum StopReason {
    /** All rounds were made. */
    ROUNDS,
    /** An image has the score that was asked for. */
    THRESHOLD,
    /** The verifier sees every requirement met. */
    SATISFIED,
    /** As many rounds as allowed brought nothing better. */
    NO_GAIN,
    /** As many images as allowed. */
    IMAGES,
    /** No room for another image within the network evaluations allowed. */
    NETWORK_EVALUATIONS,
    /** No room for another image within the verifier calls allowed. */
    VERIFIER_CALLS,
    /** As many calls of language models as allowed. */
    LANGUAGE_MODEL_CALLS,
    /** As many tokens as allowed. */
    TOKENS,
    /** As many seconds as allowed. */
    SECONDS;

    /** As the journal spells it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a limit ended it. */
    public boolean isLimit() {
        return compareTo(IMAGES) >= 0;
    }
}

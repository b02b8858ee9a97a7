package dev.reflectionflow.report;

import dev.reflectionflow.run.Budget;

/** What a budget can be measured in. */
enum Axis {
    IMAGES("images", true, true),
    NETWORK_EVALUATIONS("network evaluations", true, true),
    VERIFIER_CALLS("verifier calls", false, true),
    LANGUAGE_MODEL_CALLS("language-model calls", false, true),
    SECONDS("seconds", false, false);

    private final String label;
    private final boolean spentOnceDrawn;
    private final boolean whole;

    Axis(String label, boolean spentOnceDrawn, boolean whole) {
        this.label = label;
        this.spentOnceDrawn = spentOnceDrawn;
        this.whole = whole;
    }

    String label() {
        return label;
    }

    /** Whether an image has cost all that it costs in this when it is drawn, not when its score is known. */
    boolean isSpentOnceDrawn() {
        return spentOnceDrawn;
    }

    /** Whether there are no fractions of it. */
    boolean isWhole() {
        return whole;
    }

    double of(Budget cost) {
        return switch (this) {
            case IMAGES -> cost.images();
            case NETWORK_EVALUATIONS -> cost.networkEvaluations();
            case VERIFIER_CALLS -> cost.verifierCalls();
            case LANGUAGE_MODEL_CALLS -> cost.languageModelCalls();
            case SECONDS -> cost.seconds();
        };
    }
}

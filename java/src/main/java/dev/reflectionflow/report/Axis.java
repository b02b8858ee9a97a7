package dev.reflectionflow.report;

import dev.reflectionflow.run.Cost;
import java.util.function.ToDoubleFunction;

/** What a budget can be measured in. */
enum Axis {
    IMAGES("images", true, true, Cost::images),
    NETWORK_EVALUATIONS("network evaluations", true, true, Cost::networkEvaluations),
    VERIFIER_CALLS("verifier calls", false, true, Cost::verifierCalls),
    LANGUAGE_MODEL_CALLS("language-model calls", false, true, Cost::languageModelCalls),
    SECONDS("seconds", false, false, Cost::seconds);

    private final String label;
    private final boolean spentOnceDrawn;
    private final boolean whole;
    private final ToDoubleFunction<Cost> value;

    Axis(String label, boolean spentOnceDrawn, boolean whole, ToDoubleFunction<Cost> value) {
        this.label = label;
        this.spentOnceDrawn = spentOnceDrawn;
        this.whole = whole;
        this.value = value;
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

    double of(Cost cost) {
        return value.applyAsDouble(cost);
    }
}

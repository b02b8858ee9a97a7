package dev.reflectionflow.engine.plan;

import java.util.Locale;

/** What the products of the transformer's blocks compute in, by the names of the performance modes. */
public enum Products {
    EXACT,
    FP8,
    INT8;

    /** Whether weights and inputs have one byte an element. */
    boolean inEightBits() {
        return this != EXACT;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

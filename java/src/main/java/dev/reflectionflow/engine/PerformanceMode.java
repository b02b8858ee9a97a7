package dev.reflectionflow.engine;

import java.util.Locale;

/** What the products of the transformer's blocks compute in. */
public enum PerformanceMode {
    /** The computing type. */
    EXACT,
    /** Eight bits, a scale for each row: approximate, bfloat16 models on a CUDA device only. */
    FP8;

    /** As the native engine and the command line call it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.reflectionflow.engine;

import java.util.Locale;

/**
 * What the products of the transformer's blocks compute in. Those in eight bits are approximate and go with bfloat16;
 * the CPU emulates them, for pictures like a GPU's without its speed.
 */
public enum PerformanceMode {
    /** The computing type. */
    EXACT,
    /** Floats of eight bits, a scale for each row: on CUDA devices of compute capability 8.9 and newer. */
    FP8,
    /** Integers of eight bits, a scale for each row: on CUDA devices of 8.0 and newer, the A100 included. */
    INT8;

    /** As the native engine and the command line call it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

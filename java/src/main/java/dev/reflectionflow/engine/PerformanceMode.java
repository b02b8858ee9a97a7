package dev.reflectionflow.engine;

import java.util.Locale;

/**
 * What the products of the transformer's blocks compute in. Those in eight bits are approximate and go with bfloat16;
 * numbers of devices are their compute capability.
 */
public enum PerformanceMode {
    /** The computing type. */
    EXACT,
    /** Floats of eight bits, a scale for each row: on CUDA devices of 8.9 and newer; the CPU emulates them, slowly. */
    FP8,
    /** Integers of eight bits, a scale for each row: on the CPU, and on CUDA devices of 8.0 and newer. */
    INT8;

    /** As the native engine and the command line call it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

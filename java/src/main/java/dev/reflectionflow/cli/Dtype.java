package dev.reflectionflow.cli;

import java.util.Locale;

/** The computing types by the names that users know. */
enum Dtype {
    FP32,
    BF16;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

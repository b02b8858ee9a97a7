package dev.reflectionflow.cli;

import java.util.Locale;

/** How results are printed. */
enum OutputFormat {
    /** For people, and for {@code $(...)}. */
    TEXT,
    /** One JSON object a line. */
    JSON;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

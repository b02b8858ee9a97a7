package dev.reflectionflow.report;

import java.util.Locale;
import java.util.Optional;

/** Numbers as people read them. */
final class Words {
    private static final String NOTHING = "\u2013";

    private Words() {}

    /** A score, or a dash. */
    static String score(Optional<Double> score) {
        return score.map(Words::score).orElse(NOTHING);
    }

    static String score(double score) {
        return String.format(Locale.ROOT, Math.abs(score) >= 100 ? "%.1f" : "%.3f", score);
    }

    /** The gain from one to another, with its sign. */
    static String gain(Optional<Double> from, Optional<Double> to) {
        return from.isEmpty() || to.isEmpty() ? NOTHING : String.format(Locale.ROOT, "%+.3f", to.get() - from.get());
    }

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A mean of counts. */
    static String mean(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.1f", value);
    }

    static String share(long part, long whole) {
        return whole == 0 ? NOTHING : Math.round(100.0 * part / whole) + " %";
    }

    static String images(long count) {
        return count + (count == 1 ? " image" : " images");
    }
}

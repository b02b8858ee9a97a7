package dev.reflectionflow.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Cells of the tables that measurements print. */
final class MarkdownTable {
    /** Normal deviate of a two-sided 95 % interval. */
    private static final double DEVIATE = 1.959964;

    private MarkdownTable() {}

    static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    static String row(String... cells) {
        return row(List.of(cells));
    }

    /** The first row with the line that makes it one. */
    static String head(List<String> cells) {
        return row(cells) + "\n" + "|---".repeat(cells.size()) + "|";
    }

    /** How many of these hold, in per cent; a dash where there are none. */
    static String share(Stream<Boolean> hits) {
        return percent(hits.mapToDouble(hit -> hit ? 1 : 0).average().orElse(Double.NaN));
    }

    /** A share in per cent; a dash where there was nothing to count. */
    static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f", 100 * share);
    }

    /** Wilson's interval of a share, in per cent. */
    static String interval(long hits, long of) {
        double share = (double) hits / of;
        double square = DEVIATE * DEVIATE;
        double middle = (share + square / (2 * of)) / (1 + square / of);
        double half = DEVIATE * Math.sqrt(share * (1 - share) / of + square / (4.0 * of * of)) / (1 + square / of);
        return percent(Math.max(0, middle - half)) + " to " + percent(Math.min(1, middle + half));
    }
}

package dev.reflectionflow.report;

/** Colours of curves, told apart by people who see few colours too; the style sheet has their pendants for dark pages. */
final class Palette {
    private static final String[] COLORS = {"#1f6f9f", "#c2571a", "#3c7d4a", "#7d4fa3", "#a07800", "#b83a66", "#4d5b6b"
    };

    private Palette() {}

    /** The class name of a curve's colour. */
    static String style(int series) {
        return "s" + series % COLORS.length;
    }

    /** Pixels of a curve; later ones are thinner, so that equal curves are all seen. */
    static float width(int series) {
        return Math.max(1.6f, 3.4f - 0.8f * series);
    }

    /** The colour on light paper, as {@code #rrggbb}. */
    static String color(int series) {
        return COLORS[series % COLORS.length];
    }
}

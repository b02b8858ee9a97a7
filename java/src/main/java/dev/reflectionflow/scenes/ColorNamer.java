package dev.reflectionflow.scenes;

import java.util.Optional;

/**
 * Names a colour by lightness, chroma and hue in Oklab, where equal hue looks equal; in CIELAB pure blue would lie nearer
 * to purple than to other blues.
 */
final class ColorNamer {
    /** Below this chroma a colour looks grey at middle lightness; dark ones need more to look coloured. */
    private static final double GREY_CHROMA = 0.055;

    private static final double DARK = 0.45;
    private static final double WHITE_FROM = 0.72;
    private static final double BLACK_TO = 0.48;

    /** Where each hue begins, in degrees; what lies below the first is red as well. */
    private static final double[] HUE_FROM = {44, 84, 121, 200, 286, 350};

    private static final SceneColor[] HUES = {
        SceneColor.ORANGE, SceneColor.YELLOW, SceneColor.GREEN, SceneColor.BLUE, SceneColor.PURPLE, SceneColor.RED
    };

    private ColorNamer() {}

    /**
     * The colour's name; empty for greys.
     *
     * @param rgb 0 to 255 each
     */
    static Optional<SceneColor> name(double[] rgb) {
        double[] lab = oklab(rgb);
        double lightness = lab[0];
        double chroma = Math.hypot(lab[1], lab[2]);
        if (chroma < (lightness < DARK ? GREY_CHROMA * (1 + 2 * (DARK - lightness)) : GREY_CHROMA)) {
            if (lightness >= WHITE_FROM) {
                return Optional.of(SceneColor.WHITE);
            }
            return lightness <= BLACK_TO ? Optional.of(SceneColor.BLACK) : Optional.empty();
        }
        double hue = (Math.toDegrees(Math.atan2(lab[2], lab[1])) + 360) % 360;
        SceneColor color = SceneColor.RED;
        for (int i = 0; i < HUES.length && hue >= HUE_FROM[i]; i++) {
            color = HUES[i];
        }
        return Optional.of(color);
    }

    /** How different two colours look: about 0.02 is just visible. */
    static double difference(double[] rgb1, double[] rgb2) {
        double[] first = oklab(rgb1);
        double[] second = oklab(rgb2);
        return Math.hypot(Math.hypot(first[0] - second[0], first[1] - second[1]), first[2] - second[2]);
    }

    /** Lightness, green to red, blue to yellow (Ottosson 2020). */
    private static double[] oklab(double[] rgb) {
        double r = linear(rgb[0]);
        double g = linear(rgb[1]);
        double b = linear(rgb[2]);
        double l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        double m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        double s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        return new double[] {
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
        };
    }

    private static double linear(double value) {
        double c = Math.min(1, Math.max(0, value / 255));
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
}

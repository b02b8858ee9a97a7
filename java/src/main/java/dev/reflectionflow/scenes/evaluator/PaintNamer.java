package dev.reflectionflow.scenes.evaluator;

import dev.reflectionflow.scenes.SceneColor;
import java.util.Optional;

/** Names a colour after the nearest pure one; lightness counts half as much as tint. */
final class PaintNamer {
    private static final double FARTHEST = 42;

    private PaintNamer() {}

    /**
     * The name; empty for colours that are near to none.
     *
     * @param rgb 0 to 255 each
     */
    static Optional<SceneColor> name(double[] rgb) {
        SceneColor nearest = null;
        double least = FARTHEST;
        for (SceneColor color : SceneColor.values()) {
            double distance = distance(opponent(rgb), opponent(pure(color)));
            if (distance < least) {
                least = distance;
                nearest = color;
            }
        }
        return Optional.ofNullable(nearest);
    }

    private static double[] pure(SceneColor color) {
        return switch (color) {
            case RED -> new double[] {220, 40, 40};
            case GREEN -> new double[] {40, 165, 60};
            case BLUE -> new double[] {42, 80, 220};
            case YELLOW -> new double[] {240, 222, 40};
            case PURPLE -> new double[] {140, 48, 172};
            case ORANGE -> new double[] {245, 140, 30};
            case WHITE -> new double[] {242, 242, 242};
            case BLACK -> new double[] {18, 18, 18};
        };
    }

    /** Luma, halved, and the two differences of colour that television has. */
    private static double[] opponent(double[] rgb) {
        double luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
        return new double[] {luma / 2, 0.564 * (rgb[2] - luma), 0.713 * (rgb[0] - luma)};
    }

    private static double distance(double[] a, double[] b) {
        return Math.sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2]));
    }
}

package dev.reflectionflow.scenes.evaluator;

import dev.reflectionflow.scenes.SceneColor;
import dev.reflectionflow.scenes.Shape;
import java.util.Locale;
import java.util.Optional;

/**
 * One object that the evaluator found; places are shares of the picture's width and height.
 *
 * @param shape that covers it well enough; empty for a malformed one
 * @param color that it is near to; empty for none
 * @param x of its centre
 * @param y of its centre, from the top
 * @param radius of a circle of its area
 * @param overlap with the best shape: what both cover over what either covers
 */
public record Finding(
        Optional<Shape> shape, Optional<SceneColor> color, double x, double y, double radius, double overlap) {
    /** Such as {@code "red circle (0.96)"}. */
    public String words() {
        return color.map(SceneColor::word).orElse("unclear") + " "
                + shape.map(Shape::word).orElse("malformed object") + " "
                + String.format(Locale.ROOT, "(%.2f)", overlap);
    }
}

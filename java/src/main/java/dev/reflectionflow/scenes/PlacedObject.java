package dev.reflectionflow.scenes;

import java.util.Objects;
import java.util.Optional;

/**
 * One object of a scene to draw. Positions and sizes are shares of the picture's side.
 *
 * @param shape what it is, or was meant to be
 * @param malformation what became of the shape instead; empty for a proper one
 * @param color its paint
 * @param centerX of the enclosing circle
 * @param centerY of the enclosing circle, from the top
 * @param radius of the enclosing circle
 * @param turn radians, clockwise
 */
public record PlacedObject(
        Shape shape,
        Optional<Malformation> malformation,
        SceneColor color,
        double centerX,
        double centerY,
        double radius,
        double turn) {
    public PlacedObject {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(malformation, "malformation");
        Objects.requireNonNull(color, "color");
        if (!(radius > 0)) {
            throw new IllegalArgumentException("an object of radius " + radius);
        }
    }

    /** A proper shape, upright. */
    public PlacedObject(Shape shape, SceneColor color, double centerX, double centerY, double radius) {
        this(shape, Optional.empty(), color, centerX, centerY, radius, 0);
    }

    PlacedObject withShape(Shape other) {
        return new PlacedObject(other, Optional.empty(), color, centerX, centerY, radius, 0);
    }

    PlacedObject withColor(SceneColor other) {
        return new PlacedObject(shape, malformation, other, centerX, centerY, radius, turn);
    }

    PlacedObject malformed(Malformation how, double turned) {
        return new PlacedObject(shape, Optional.of(how), color, centerX, centerY, radius, turned);
    }

    PlacedObject at(double x, double y) {
        return new PlacedObject(shape, malformation, color, x, y, radius, turn);
    }

    /** What a flawless reader finds in a picture of {@code size} pixels a side. */
    SceneObject seen(int size) {
        double side = 2 * radius * size;
        Optional<Shape> name = malformation.isPresent() ? Optional.empty() : Optional.of(shape);
        return new SceneObject(
                name,
                Optional.of(color),
                centerX * size,
                centerY * size,
                side,
                side,
                side * side * Math.PI / 4,
                name.isPresent() ? 1 : 0);
    }
}

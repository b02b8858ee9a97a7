package dev.reflectionflow.scenes;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Tells the shapes apart by their outlines; turned and slightly stretched shapes keep their names. */
final class ShapeClassifier {
    /** A five-pointed star has 0.47 when regular and up to about 0.75 when fat or blurred; convex shapes have over 0.9. */
    private static final double STAR_SOLIDITY = 0.84;

    private static final double STAR_HARMONIC = 0.07;
    /** An ideal triangle has 0.3, an ideal square or circle 0. */
    private static final double TRIANGLE_HARMONIC = 0.12;
    /** An ideal square has 0.14, a circle 0; blur rounds the corners of small squares. */
    private static final double SQUARE_HARMONIC = 0.055;
    /** A square or circle stretched by more than about 1.5 is none. */
    private static final double STRETCH_HARMONIC = 0.22;

    private static final Map<Shape, Outline> IDEAL = new EnumMap<>(Shape.class);

    static {
        for (Shape shape : Shape.values()) {
            IDEAL.put(shape, Outline.of(ShapePolygon.of(shape, 0, ShapePolygon.NOTCH)));
        }
    }

    private ShapeClassifier() {}

    /** How near an outline is to that of the ideal shape, 0 to 1. */
    static double clarity(Outline outline, Shape shape) {
        return outline.likeness(IDEAL.get(shape));
    }

    static Optional<Shape> classify(Outline outline) {
        double two = outline.harmonic(2);
        double three = outline.harmonic(3);
        double four = outline.harmonic(4);
        double five = outline.harmonic(5);
        if (outline.solidity() < STAR_SOLIDITY) {
            boolean star = five > STAR_HARMONIC && five > Math.max(two, Math.max(three, four));
            return star ? Optional.of(Shape.STAR) : Optional.empty();
        }
        if (three > TRIANGLE_HARMONIC && three > four) {
            return Optional.of(Shape.TRIANGLE);
        }
        if (two > STRETCH_HARMONIC) {
            return Optional.empty();
        }
        if (five > STAR_HARMONIC && five > four) {
            return Optional.of(Shape.STAR);
        }
        return Optional.of(four > SQUARE_HARMONIC ? Shape.SQUARE : Shape.CIRCLE);
    }
}

package dev.reflectionflow.scenes;

import java.util.Locale;
import java.util.Optional;

/** The shapes that a scene can hold. */
public enum Shape {
    CIRCLE,
    SQUARE,
    TRIANGLE,
    STAR;

    /** The shape that a word names, singular or plural. */
    static Optional<Shape> ofWord(String word) {
        for (Shape shape : values()) {
            if (word.equals(shape.word()) || word.equals(shape.word() + "s")) {
                return Optional.of(shape);
            }
        }
        return Optional.empty();
    }

    /** The singular word for this shape. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

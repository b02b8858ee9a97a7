package dev.reflectionflow.scenes;

import java.util.Locale;
import java.util.Optional;

/** The colours that a scene's objects can have. */
public enum SceneColor {
    RED,
    GREEN,
    BLUE,
    YELLOW,
    PURPLE,
    ORANGE,
    WHITE,
    BLACK;

    /** The colour that a word names. */
    static Optional<SceneColor> ofWord(String word) {
        for (SceneColor color : values()) {
            if (word.equals(color.word())) {
                return Optional.of(color);
            }
        }
        return Optional.empty();
    }

    /** The English word for this colour. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.reflectionflow.scenes;

import java.util.Locale;

/** GenEval's kinds of prompts. */
public enum SceneTag {
    /** One object, of a colour or of any. */
    SINGLE_OBJECT,
    /** Two different shapes, at most one of them of a given colour. */
    TWO_OBJECT,
    /** Two to four of a kind. */
    COUNTING,
    /** One object of a given colour. */
    COLORS,
    /** Two different shapes, one placed against the other. */
    POSITION,
    /** Two different shapes of different given colours. */
    COLOR_ATTR;

    /** The word in a GenEval row. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

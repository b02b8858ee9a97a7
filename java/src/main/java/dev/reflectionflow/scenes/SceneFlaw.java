package dev.reflectionflow.scenes;

/** Ways to spoil a picture that meets its prompt. */
public enum SceneFlaw {
    /** An object of another colour than asked for. */
    COLOR,
    /** Another shape than asked for. */
    SHAPE,
    /** No shape at all. */
    MALFORMED,
    /** An object too few. */
    MISSING,
    /** An object too many. */
    EXTRA,
    /** Two objects that stand the other way round, or otherwise than asked for. */
    PLACE
}

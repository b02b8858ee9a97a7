package dev.reflectionflow.scenes;

/** Ways in which an object can fail to be any of the shapes. */
public enum Malformation {
    /** A long oval. */
    STRETCHED,
    /** A disc with a wedge gone. */
    BITTEN,
    /** A potato. */
    LUMPY
}

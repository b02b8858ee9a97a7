package dev.reflectionflow.engine.plan;

/**
 * A part of drawing an image.
 *
 * @param name in words
 * @param uses the weights that it computes with
 * @param besides bytes of activations, workspace and tables that are alive during it
 */
public record Stage(String name, Uses uses, long besides) {
    /** Which weights a stage computes with. */
    public enum Uses {
        TEXT,
        AUTOENCODER,
        /** Modulation weights, a layer after the other. */
        MODULATION,
        BLOCKS
    }
}

package dev.reflectionflow.engine;

import java.util.Locale;

/** Weights that are on a CUDA device only while they are used; the pictures stay the same to the bit. */
public enum Offload {
    /** Both text encoders; T5's blocks come one at a time. */
    TEXT,
    /** The autoencoder. */
    VAE,
    /** What makes the modulation vectors of a run, a layer at a time: no step uses it. */
    MODULATION;

    /** As the native engine and the command line call it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

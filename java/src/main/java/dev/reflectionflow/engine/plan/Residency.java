package dev.reflectionflow.engine.plan;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What leaves the device between uses; from the fastest to the one that needs least. */
public enum Residency {
    ALL("everything stays", Set.of()),
    TEXT_LEAVES("text encoders come for each prompt", Set.of(Part.TEXT)),
    TEXT_AND_VAE_LEAVE("text encoders and autoencoder come for their stage", Set.of(Part.TEXT, Part.VAE)),
    ONLY_BLOCKS_STAY(
            "text encoders, autoencoder and modulation weights come for their stage",
            Set.of(Part.TEXT, Part.VAE, Part.MODULATION));

    private enum Part {
        TEXT,
        VAE,
        MODULATION
    }

    private final String description;
    private final Set<Part> leaving;

    Residency(String description, Set<Part> leaving) {
        this.description = description;
        this.leaving = leaving;
    }

    /** In words. */
    public String description() {
        return description;
    }

    /** The value of the engine's option {@code --offload}, its parts in order; empty where nothing leaves. */
    public String offload() {
        return leaving.stream()
                .sorted()
                .map(part -> part.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(","));
    }

    /** Bytes of weights that are on the device together while a stage computes; the blocks always are. */
    long resident(WeightBytes weights, Stage.Uses used) {
        return weights.blocks()
                + part(Part.TEXT, weights.text(), used == Stage.Uses.TEXT ? weights.textAtOnce() : 0)
                + part(Part.VAE, weights.autoencoder(), used == Stage.Uses.AUTOENCODER ? weights.autoencoder() : 0)
                + part(
                        Part.MODULATION,
                        weights.modulation(),
                        used == Stage.Uses.MODULATION ? weights.modulationLayer() : 0);
    }

    private long part(Part part, long all, long inUse) {
        return leaving.contains(part) ? inUse : all;
    }
}

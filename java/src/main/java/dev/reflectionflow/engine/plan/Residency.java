package dev.reflectionflow.engine.plan;

/** Which networks stay on the device; from the fastest to the one that needs least. */
public enum Residency {
    ALL("everything stays"),
    TRANSFORMER_STAYS("the transformer stays; text encoders and autoencoder come for their stage"),
    BLOCKS_STAY("the blocks stay; text encoders, autoencoder and modulation weights come for their stage"),
    ONE_AT_A_TIME("each stage has the device to itself; modulation weights leave once the prompt is prepared");

    private final String description;

    Residency(String description) {
        this.description = description;
    }

    /** In words. */
    public String description() {
        return description;
    }

    /** Bytes of weights that are on the device while a stage computes with {@code used} of them. */
    long resident(WeightBytes weights, Stage.Uses used) {
        long text = this == ALL || used == Stage.Uses.TEXT ? weights.text() : 0;
        long autoencoder = this == ALL || used == Stage.Uses.AUTOENCODER ? weights.autoencoder() : 0;
        boolean modulation = this == ALL || this == TRANSFORMER_STAYS || used == Stage.Uses.MODULATION;
        boolean blocks = this != ONE_AT_A_TIME || used == Stage.Uses.BLOCKS || used == Stage.Uses.MODULATION;
        return text + autoencoder + (modulation ? weights.modulation() : 0) + (blocks ? weights.blocks() : 0);
    }
}

package dev.reflectionflow.weights;

import dev.reflectionflow.EngineException;
import java.nio.file.Path;

/** Whether the components of a model fit together. */
public final class ComponentWidths {
    private ComponentWidths() {}

    /**
     * Compares what the transformer reads with what the others write.
     *
     * @param where the transformer's file or folder, to name in errors
     * @throws EngineException {@code INVALID_FILE} naming the two numbers that differ
     */
    public static void check(
            Path where, ClipConfig clip, T5Config t5, TransformerConfig transformer, AutoencoderConfig autoencoder) {
        require(
                where,
                "in_channels",
                transformer.inChannels(),
                "4 * latent_channels",
                4 * autoencoder.latentChannels());
        require(where, "joint_attention_dim", transformer.textWidth(), "T5's d_model", t5.width());
        require(where, "pooled_projection_dim", transformer.pooledWidth(), "CLIP's hidden_size", clip.width());
    }

    private static void require(Path where, String key, int value, String otherKey, int other) {
        if (value != other) {
            throw InvalidFile.of(where, key + " " + value + " does not equal " + otherKey + " " + other);
        }
    }
}

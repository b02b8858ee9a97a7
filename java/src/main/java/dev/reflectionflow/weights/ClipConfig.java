package dev.reflectionflow.weights;

import java.nio.file.Path;

/**
 * Shape of a CLIP text encoder.
 *
 * @param vocabulary rows of the token table
 * @param width size of the hidden states; also of the pooled output
 * @param feedForward width inside a block's feed-forward part
 * @param layers number of blocks
 * @param heads attention heads; {@code width} is a multiple
 * @param positions the most tokens it reads, usually 77
 * @param normEpsilon of the layer norms
 * @param quickGelu whether the activation is x * sigmoid(1.702 x), not the exact GELU
 * @param eosToken the id whose first row is pooled; 2 (a historical mistake in published files) means the largest id
 */
public record ClipConfig(
        int vocabulary,
        int width,
        int feedForward,
        int layers,
        int heads,
        int positions,
        double normEpsilon,
        boolean quickGelu,
        int eosToken) {

    /**
     * Reads {@code text_encoder/config.json}.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} naming file and key
     */
    public static ClipConfig read(Path file) {
        JsonConfig json = JsonConfig.read(file);
        String activation = json.text("hidden_act", "quick_gelu");
        if (!activation.equals("quick_gelu") && !activation.equals("gelu")) {
            throw json.bad("hidden_act", "is not supported; only quick_gelu and gelu are");
        }
        ClipConfig config = new ClipConfig(
                json.integer("vocab_size", 1, 1 << 24),
                json.integer("hidden_size", 1, 1 << 16),
                json.integer("intermediate_size", 1, 1 << 20),
                json.integer("num_hidden_layers", 1, 1000),
                json.integer("num_attention_heads", 1, 1024),
                json.integer("max_position_embeddings", 2, 1 << 16, 77),
                json.positive("layer_norm_eps", 1e-5),
                activation.equals("quick_gelu"),
                json.integer("eos_token_id", 0, 1 << 24, 2));
        if (config.width % config.heads != 0) {
            throw json.bad("hidden_size", "must be a multiple of num_attention_heads " + config.heads);
        }
        return config;
    }
}

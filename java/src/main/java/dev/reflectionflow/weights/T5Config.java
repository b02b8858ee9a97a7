package dev.reflectionflow.weights;

import java.nio.file.Path;

/**
 * Shape of a T5 encoder with gated GELU.
 *
 * @param vocabulary rows of the token table
 * @param width size of the hidden states
 * @param headSize size of one attention head; heads * headSize need not be {@code width}
 * @param feedForward width inside a block's feed-forward part
 * @param layers number of blocks
 * @param heads attention heads
 * @param relativeBuckets rows of the relative position bias
 * @param relativeMaxDistance distance from which on all share the last bucket
 * @param normEpsilon of the RMS norms
 */
public record T5Config(
        int vocabulary,
        int width,
        int headSize,
        int feedForward,
        int layers,
        int heads,
        int relativeBuckets,
        int relativeMaxDistance,
        double normEpsilon) {

    /**
     * Reads {@code text_encoder_2/config.json}.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} naming file and key
     */
    public static T5Config read(Path file) {
        JsonConfig json = JsonConfig.read(file);
        if (!json.text("feed_forward_proj", "relu").equals("gated-gelu")) {
            throw json.bad("feed_forward_proj", "is not supported; only gated-gelu is");
        }
        json.requireText("dense_act_fn", "gelu_new");
        return new T5Config(
                json.integer("vocab_size", 1, 1 << 24),
                json.integer("d_model", 1, 1 << 16),
                json.integer("d_kv", 1, 1 << 12),
                json.integer("d_ff", 1, 1 << 20),
                json.integer("num_layers", 1, 1000),
                json.integer("num_heads", 1, 1024),
                json.integer("relative_attention_num_buckets", 4, 1 << 16, 32),
                json.integer("relative_attention_max_distance", 8, 1 << 20, 128),
                json.positive("layer_norm_epsilon", 1e-6));
    }
}

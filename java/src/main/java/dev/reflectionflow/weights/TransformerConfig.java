package dev.reflectionflow.weights;

import java.nio.file.Path;
import java.util.List;

/**
 * Shape of a FLUX transformer.
 *
 * @param doubleBlocks double-stream blocks
 * @param singleBlocks single-stream blocks
 * @param heads attention heads
 * @param headSize size of one head, 16 to 128
 * @param inChannels size of a latent token: 4 * latent channels
 * @param outChannels size of a velocity token
 * @param textWidth size of T5's hidden states
 * @param pooledWidth size of CLIP's pooled output
 * @param guidance whether the guidance scale is embedded (dev) or not (schnell)
 * @param ropeAxes how many of a head's dimensions each position axis rotates; even, their sum is {@code headSize}
 */
public record TransformerConfig(
        int doubleBlocks,
        int singleBlocks,
        int heads,
        int headSize,
        int inChannels,
        int outChannels,
        int textWidth,
        int pooledWidth,
        boolean guidance,
        List<Integer> ropeAxes) {

    /** Width of the sinusoidal embedding of timestep and guidance. */
    public static final int SINUSOID_WIDTH = 256;

    static final int LEAST_HEAD_SIZE = 16;
    static final int MOST_HEAD_SIZE = 128;

    /** heads * headSize. */
    public int width() {
        return heads * headSize;
    }

    /** Width inside the feed-forward parts. */
    public int feedForward() {
        return 4 * width();
    }

    /** The same width with other numbers of blocks. */
    TransformerConfig withBlocks(int ofDouble, int ofSingle) {
        return new TransformerConfig(
                ofDouble,
                ofSingle,
                heads,
                headSize,
                inChannels,
                outChannels,
                textWidth,
                pooledWidth,
                guidance,
                ropeAxes);
    }

    /**
     * Reads {@code transformer/config.json}.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} naming file and key
     */
    public static TransformerConfig read(Path file) {
        JsonConfig json = JsonConfig.read(file);
        json.requireText("_class_name", "FluxTransformer2DModel");
        json.requireNumber("patch_size", 1);
        int inChannels = json.integer("in_channels", 4, 4096);
        TransformerConfig config = new TransformerConfig(
                json.integer("num_layers", 0, 1000),
                json.integer("num_single_layers", 0, 1000),
                json.integer("num_attention_heads", 1, 1024),
                json.integer("attention_head_dim", LEAST_HEAD_SIZE, MOST_HEAD_SIZE),
                inChannels,
                json.integer("out_channels", 4, 4096, inChannels),
                json.integer("joint_attention_dim", 1, 1 << 16),
                json.integer("pooled_projection_dim", 1, 1 << 16),
                json.flag("guidance_embeds", false),
                json.has("axes_dims_rope") ? json.integers("axes_dims_rope", 2, MOST_HEAD_SIZE) : List.of(16, 56, 56));
        if (config.outChannels != inChannels) {
            throw json.bad("out_channels", "must equal in_channels " + inChannels);
        }
        checkAxes(json, config);
        return config;
    }

    private static void checkAxes(JsonConfig json, TransformerConfig config) {
        int sum = config.ropeAxes.stream().mapToInt(Integer::intValue).sum();
        boolean even = config.ropeAxes.stream().allMatch(axis -> axis % 2 == 0);
        if (config.ropeAxes.size() != 3 || !even || sum != config.headSize) {
            throw json.bad(
                    "axes_dims_rope", "must be three even numbers with the sum attention_head_dim " + config.headSize);
        }
    }
}

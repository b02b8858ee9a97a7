package dev.reflectionflow.weights;

import java.nio.file.Path;
import java.util.List;

/**
 * Shape of an AutoencoderKL.
 *
 * @param latentChannels channels of the latents, 16 for FLUX
 * @param blockChannels channels of each level, from the pixels inwards
 * @param blockResnets residual blocks per level of the encoder; the decoder has one more
 * @param normGroups groups of the group norms
 * @param scalingFactor and
 * @param shiftFactor latents = (encoded - shiftFactor) * scalingFactor
 */
public record AutoencoderConfig(
        int latentChannels,
        List<Integer> blockChannels,
        int blockResnets,
        int normGroups,
        double scalingFactor,
        double shiftFactor) {

    /** Pixels per latent in each direction. */
    public int downsampling() {
        return 1 << (blockChannels.size() - 1);
    }

    /**
     * Reads {@code vae/config.json}.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} naming file and key
     */
    public static AutoencoderConfig read(Path file) {
        JsonConfig json = JsonConfig.read(file);
        json.requireText("_class_name", "AutoencoderKL");
        json.requireText("act_fn", "silu");
        json.requireNumber("in_channels", 3);
        json.requireNumber("out_channels", 3);
        // diffusers' own default for both is true: an old file without these keys has quantisation convolutions.
        json.requireFlag("mid_block_add_attention", true);
        requirePresentFalse(json, "use_quant_conv");
        requirePresentFalse(json, "use_post_quant_conv");
        json.requireAll("down_block_types", "DownEncoderBlock2D");
        json.requireAll("up_block_types", "UpDecoderBlock2D");
        json.requireAbsent("latents_mean");
        json.requireAbsent("latents_std");
        AutoencoderConfig config = new AutoencoderConfig(
                json.integer("latent_channels", 1, 1024),
                json.integers("block_out_channels", 1, 1 << 16),
                json.integer("layers_per_block", 1, 100),
                json.integer("norm_num_groups", 1, 1 << 16, 32),
                json.positive("scaling_factor", 0.18215),
                json.number("shift_factor", 0));
        for (int channels : config.blockChannels) {
            if (channels % config.normGroups != 0) {
                throw json.bad("block_out_channels", "must be multiples of norm_num_groups " + config.normGroups);
            }
        }
        if (config.downsampling() != 8) {
            throw json.bad("block_out_channels", "must have 4 levels: one latent is 8x8 pixels");
        }
        return config;
    }

    private static void requirePresentFalse(JsonConfig json, String key) {
        if (json.flag(key, true)) {
            throw json.bad(key, "is not supported; only false is");
        }
    }
}

package dev.reflectionflow.weights;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a model draws with where a request leaves it open.
 *
 * @param width pixels, a multiple of 16
 * @param height pixels, a multiple of 16
 * @param steps denoising steps
 * @param guidance guidance scale as embedded; unused by models without guidance
 * @param maxSequenceLength T5 tokens
 */
public record GenerationDefaults(int width, int height, int steps, double guidance, int maxSequenceLength) {
    /** The most T5 tokens that any request may ask for. */
    public static final int MOST_TOKENS = 512;

    /**
     * Reads {@code generation_config.json} of the model folder where it exists and fills the rest with FLUX.1's own
     * defaults: dev 28 steps, guidance 3.5, 512 tokens; schnell 4 steps, guidance 0, 256 tokens. The tokenizer's own
     * {@code model_max_length} bounds the text.
     *
     * @param guided whether the transformer embeds guidance (dev) or not (schnell)
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} naming file and key
     */
    public static GenerationDefaults read(Path base, boolean guided) {
        int tokens = guided ? 512 : 256;
        Path tokenizer = base.resolve("tokenizer_2").resolve("tokenizer_config.json");
        if (Files.exists(tokenizer)) {
            tokens = Math.min(tokens, modelMaxLength(JsonConfig.read(tokenizer)));
        }
        GenerationDefaults flux = new GenerationDefaults(1024, 1024, guided ? 28 : 4, guided ? 3.5 : 0, tokens);
        Path own = base.resolve("generation_config.json");
        return Files.exists(own) ? read(JsonConfig.read(own), flux) : flux;
    }

    private static GenerationDefaults read(JsonConfig json, GenerationDefaults flux) {
        double guidance = json.number("guidance_scale", flux.guidance);
        if (guidance < 0) {
            throw json.bad("guidance_scale", "must be 0 or more");
        }
        return new GenerationDefaults(
                side(json, "width", flux.width),
                side(json, "height", flux.height),
                json.integer("num_inference_steps", 1, 1000, flux.steps),
                guidance,
                json.integer("max_sequence_length", 1, MOST_TOKENS, flux.maxSequenceLength));
    }

    private static int side(JsonConfig json, String key, int defaultValue) {
        int pixels = json.integer(key, 16, 1 << 16, defaultValue);
        if (pixels % 16 != 0) {
            throw json.bad(key, "must be a multiple of 16");
        }
        return pixels;
    }

    /** Tokenizers without a limit state 1e30, which fits no integer. */
    private static int modelMaxLength(JsonConfig json) {
        double length = json.number("model_max_length", MOST_TOKENS);
        if (length < 1) {
            throw json.bad("model_max_length", "must be 1 or more");
        }
        return (int) Math.min(length, MOST_TOKENS);
    }
}

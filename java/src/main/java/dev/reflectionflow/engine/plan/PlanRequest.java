package dev.reflectionflow.engine.plan;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;

/**
 * What is to be drawn, as far as it decides about memory.
 *
 * @param width pixels, a multiple of 16
 * @param height pixels, a multiple of 16
 * @param batch images that pass the network together
 * @param steps denoising steps, each with its row of modulation vectors
 * @param textTokens T5 tokens
 * @param conditionSide sides of the earlier image in pixels, a multiple of 16; 0 without one
 * @param bytes of an element in the computing type
 * @param fp8 whether the blocks' products have 8-bit weights and inputs
 */
public record PlanRequest(
        int width, int height, int batch, int steps, int textTokens, int conditionSide, int bytes, boolean fp8) {
    private static final int MOST_PIXELS_A_SIDE = 8192;
    private static final int PIXELS_PER_TOKEN = 16;

    /** @throws EngineException {@code INVALID_ARGUMENT} for a size that cannot be drawn */
    public PlanRequest {
        checkSide("width", width, 16);
        checkSide("height", height, 16);
        checkSide("condition size", conditionSide, 0);
        if (batch < 1 || steps < 1 || textTokens < 1) {
            throw invalid("batch " + batch + ", steps " + steps + " and text tokens " + textTokens
                    + " are not all 1 or more");
        }
    }

    /** Tokens of the image. */
    public long imageTokens() {
        return tokens(width, height);
    }

    /** Tokens of the earlier image. */
    public long conditionTokens() {
        return tokens(conditionSide, conditionSide);
    }

    /** Rows of the network's buffers: the tokens of all images of the batch. */
    long rows() {
        return batch * (textTokens + imageTokens() + conditionTokens());
    }

    private static long tokens(int width, int height) {
        return (long) (width / PIXELS_PER_TOKEN) * (height / PIXELS_PER_TOKEN);
    }

    private static void checkSide(String name, int pixels, int least) {
        if (pixels < least || pixels > MOST_PIXELS_A_SIDE || pixels % PIXELS_PER_TOKEN != 0) {
            throw invalid(name + " " + pixels + " is not a multiple of 16 up to " + MOST_PIXELS_A_SIDE);
        }
    }

    private static EngineException invalid(String message) {
        return new EngineException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

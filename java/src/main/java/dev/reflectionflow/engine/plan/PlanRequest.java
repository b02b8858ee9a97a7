package dev.reflectionflow.engine.plan;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.weights.DrawingLimits;

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
 * @param products of the blocks
 */
public record PlanRequest(
        int width, int height, int batch, int steps, int textTokens, int conditionSide, int bytes, Products products) {
    private static final int MOST_IMAGES = 1024;
    private static final int FLOAT = 4;
    private static final int PIXELS_PER_TOKEN = 16;

    /** @throws EngineException {@code INVALID_ARGUMENT} naming what cannot be drawn */
    public PlanRequest {
        DrawingLimits.checkSide("width", width);
        DrawingLimits.checkSide("height", height);
        DrawingLimits.checkArea(width, height);
        DrawingLimits.checkSteps(steps);
        DrawingLimits.checkTextTokens(textTokens);
        DrawingLimits.checkRange("batch size", batch, MOST_IMAGES);
        if (conditionSide != 0) {
            DrawingLimits.checkSide("condition size", conditionSide);
        }
        if (products.inEightBits() && bytes == FLOAT) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "performance mode " + products + " goes with computing type bf16, not fp32");
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
}

package dev.reflectionflow.weights;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;

/** What any model can be asked to draw: beyond it the tokens of one attention no longer fit anywhere. */
public final class DrawingLimits {
    private static final int LEAST_PIXELS_A_SIDE = 16;
    private static final int MOST_PIXELS_A_SIDE = 8192;
    private static final int MOST_STEPS = 1000;

    private DrawingLimits() {}

    /** @throws EngineException {@code INVALID_ARGUMENT} naming the value unless it is a multiple of 16 from 16 to 8192 */
    public static void checkSide(String name, int pixels) {
        int step = LEAST_PIXELS_A_SIDE;
        if (pixels >= step && pixels <= MOST_PIXELS_A_SIDE && pixels % step == 0) {
            return;
        }
        int below = Math.min(Math.max(pixels / step * step, step), MOST_PIXELS_A_SIDE);
        int above = Math.min(below + step, MOST_PIXELS_A_SIDE);
        throw invalid(name + " " + pixels + " is not a multiple of " + step + " from " + step + " to "
                + MOST_PIXELS_A_SIDE
                + (pixels < step ? "; the least is " + step : "; the nearest are " + below + " and " + above));
    }

    /** @throws EngineException {@code INVALID_ARGUMENT} for an image of more pixels than 4096x4096 */
    public static void checkArea(int width, int height) {
        if ((long) width * height > 4096L * 4096) {
            throw invalid("the size " + width + "x" + height + " has more than 4096x4096 pixels");
        }
    }

    /** @throws EngineException {@code INVALID_ARGUMENT} unless there are from 1 to 1000 */
    public static void checkSteps(int steps) {
        checkRange("steps", steps, MOST_STEPS);
    }

    /** @throws EngineException {@code INVALID_ARGUMENT} unless there are from 1 to {@link GenerationDefaults#MOST_TOKENS} */
    public static void checkTextTokens(int tokens) {
        checkRange("max sequence length", tokens, GenerationDefaults.MOST_TOKENS);
    }

    /** @throws EngineException {@code INVALID_ARGUMENT} naming the value unless it is from 1 to {@code most} */
    public static void checkRange(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw invalid(name + " " + value + " is not from 1 to " + most);
        }
    }

    /** @throws EngineException {@code INVALID_ARGUMENT} unless it is from 0, for no cache of steps, to 1 */
    public static void checkCacheThreshold(double threshold) {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw invalid("cache threshold " + threshold + " is not from 0 to 1");
        }
    }

    /** @throws EngineException {@code INVALID_ARGUMENT} for a cache of steps and several images that pass together */
    public static void checkCachedBatch(double threshold, int batchSize) {
        if (threshold > 0 && batchSize > 1) {
            throw invalid("cache threshold " + threshold + " goes with batch size 1, not " + batchSize
                    + ": images of a batch would skip steps together");
        }
    }

    private static EngineException invalid(String message) {
        return new EngineException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

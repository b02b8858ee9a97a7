package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationRequest.Condition;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.Resize;

/**
 * How the corrector draws: with what settings, and what it sees of the image to better.
 *
 * @param drawing its size, steps and guidance; what it leaves open is as for all other images
 * @param conditionSize the longer side of the condition in pixels, a multiple of 16; null for the image's own size
 * @param squashed whether the condition becomes a square of that size, whatever its shape, as the released search does
 * @param scale see {@link Condition}
 * @param unionAttention see {@link Condition}
 * @param addAttention see {@link Condition}
 * @param latentLora see {@link Condition}
 * @param imageGuidance see {@link Condition}; other than 1 it doubles the network evaluations
 */
public record CorrectorSettings(
        DrawingSettings drawing,
        Integer conditionSize,
        boolean squashed,
        double scale,
        boolean unionAttention,
        boolean addAttention,
        boolean latentLora,
        double imageGuidance) {
    private static final int MULTIPLE = 16;

    /** As all other images, with a condition of the image's own size and the released attention. */
    public static final CorrectorSettings DEFAULT =
            new CorrectorSettings(DrawingSettings.DEFAULT, null, false, 1, true, false, false, 1);

    public CorrectorSettings {
        if (conditionSize != null && (conditionSize < MULTIPLE || conditionSize % MULTIPLE != 0)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "condition size " + conditionSize + " is not a multiple of 16 from 16 on");
        }
    }

    /** The same with another condition. */
    public CorrectorSettings withCondition(Integer size, boolean square) {
        return new CorrectorSettings(
                drawing, size, square, scale, unionAttention, addAttention, latentLora, imageGuidance);
    }

    /** The same with other drawing settings. */
    public CorrectorSettings withDrawing(DrawingSettings values) {
        return new CorrectorSettings(
                values, conditionSize, squashed, scale, unionAttention, addAttention, latentLora, imageGuidance);
    }

    /** What the corrector sees of an image. */
    public Condition condition(RgbImage image) {
        int longer = Math.max(image.width(), image.height());
        double factor = conditionSize == null ? 1 : (double) conditionSize / longer;
        int width = squashed && conditionSize != null ? conditionSize : side(image.width() * factor);
        int height = squashed && conditionSize != null ? conditionSize : side(image.height() * factor);
        RgbImage seen = Resize.resize(image, width, height, Resize.Filter.BICUBIC);
        return new Condition(seen, scale, unionAttention, addAttention, latentLora, 0, imageGuidance);
    }

    private static int side(double pixels) {
        return Math.max(1, (int) Math.round(pixels / MULTIPLE)) * MULTIPLE;
    }
}

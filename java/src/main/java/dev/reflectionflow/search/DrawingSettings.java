package dev.reflectionflow.search;

import dev.reflectionflow.GenerationRequest;

/**
 * Size and quality of images; values left {@code null} are the model's own.
 *
 * @param width pixels, a multiple of 16
 * @param height pixels, a multiple of 16
 * @param steps of denoising
 * @param guidance scale
 * @param maxSequenceLength T5 tokens
 */
public record DrawingSettings(
        Integer width, Integer height, Integer steps, Double guidance, Integer maxSequenceLength) {
    /** Everything as the model likes it. */
    public static final DrawingSettings DEFAULT = new DrawingSettings(null, null, null, null, null);

    /** These, and what they leave open from others. */
    DrawingSettings or(DrawingSettings others) {
        return new DrawingSettings(
                width == null ? others.width : width,
                height == null ? others.height : height,
                steps == null ? others.steps : steps,
                guidance == null ? others.guidance : guidance,
                maxSequenceLength == null ? others.maxSequenceLength : maxSequenceLength);
    }

    /** Puts them on a request. */
    public GenerationRequest.Builder on(GenerationRequest.Builder request) {
        return request.width(width)
                .height(height)
                .steps(steps)
                .guidance(guidance)
                .maxSequenceLength(maxSequenceLength);
    }
}

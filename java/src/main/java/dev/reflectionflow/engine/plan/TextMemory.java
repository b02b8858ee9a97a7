package dev.reflectionflow.engine.plan;

import dev.reflectionflow.weights.ClipConfig;
import dev.reflectionflow.weights.T5Config;

/** The most that the text encoders' activations take at once; prompts are encoded one by one. */
final class TextMemory {
    private static final long SCORE_BYTES = 64L << 20;

    private TextMemory() {}

    /** The larger of both: one runs after the other. */
    static long encode(ClipConfig clip, T5Config t5, PlanRequest request) {
        long ofClip = clip.layers() == 0
                ? 0
                : block(clip.positions(), clip.width(), clip.width(), clip.feedForward(), clip.heads(), 1, request);
        long ofT5 = t5.layers() == 0
                ? 0
                : block(
                        request.textTokens(),
                        t5.width(),
                        (long) t5.heads() * t5.headSize(),
                        t5.feedForward(),
                        t5.heads(),
                        t5.heads(),
                        request);
        return Math.max(ofClip, ofT5);
    }

    /** Residual and normed rows, then attention with its bias or the feed-forward part, whichever is larger. */
    private static long block(
            long tokens, long width, long inner, long forward, long heads, long biases, PlanRequest request) {
        long scores = Math.min(SCORE_BYTES, heads * tokens * tokens * request.bytes());
        long attention = 4 * tokens * inner * request.bytes() + 2 * scores;
        long feedForward = 3 * tokens * forward * request.bytes();
        long kept = (2 * tokens * width + biases * tokens * tokens) * request.bytes();
        return kept + Math.max(attention, feedForward);
    }
}

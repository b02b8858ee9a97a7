package dev.reflectionflow.engine.plan;

import dev.reflectionflow.weights.ClipConfig;
import dev.reflectionflow.weights.T5Config;

/** The most that the text encoders' activations take at once; prompts are encoded one by one. */
final class TextMemory {
    /** Scores are made in parts of at most so many bytes. */
    static final long SCORE_BYTES = 64L << 20;

    private TextMemory() {}

    /** The larger of both: one runs after the other. */
    static long encode(ClipConfig clip, T5Config t5, PlanRequest request) {
        Block ofClip = new Block(clip.positions(), clip.width(), clip.width(), clip.feedForward(), clip.heads());
        Block ofT5 = new Block(
                request.textTokens(), t5.width(), (long) t5.heads() * t5.headSize(), t5.feedForward(), t5.heads());
        return Math.max(
                clip.layers() == 0 ? 0 : ofClip.bytes(1, request.bytes()),
                t5.layers() == 0 ? 0 : ofT5.bytes(t5.heads(), request.bytes()));
    }

    /** The sizes of an encoder's block; {@code inner} is the width of its queries. */
    private record Block(long tokens, long width, long inner, long forward, long heads) {
        /** Residual and normed rows, then attention with its bias or the feed-forward part, whichever is larger. */
        long bytes(long biases, int element) {
            long scores = Math.min(SCORE_BYTES, heads * tokens * tokens * element);
            long attention = 4 * tokens * inner * element + 2 * scores;
            long feedForward = 3 * tokens * forward * element;
            return (2 * tokens * width + biases * tokens * tokens) * element + Math.max(attention, feedForward);
        }
    }
}

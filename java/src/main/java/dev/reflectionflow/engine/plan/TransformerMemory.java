package dev.reflectionflow.engine.plan;

import dev.reflectionflow.weights.TransformerConfig;

/** What a run of the transformer holds beside the weights: the rows that {@code native/src/models} writes. */
final class TransformerMemory {
    /** hidden, normed, q, k, v, attention and projected of one width, mlp of four, joined of five, three by heads. */
    private static final long WORKSPACE_WIDTHS = 7 + 4 + 5 + 3;

    /** What LibTorch's attention returns as a new tensor. */
    private static final long ATTENTION_WIDTHS = 1;

    /** What 8-bit products read, a byte an element: normed and attention of one width, mlp of four, joined of five. */
    private static final long EIGHT_BIT_WIDTHS = 1 + 1 + 4 + 5;

    /** A float32 for each row of those four. */
    private static final long EIGHT_BIT_SCALES = 4;

    /** The widest product, whose sums int8 has in an int32 each: q, k, v and the feed-forward part's as one. */
    private static final long SUMS_WIDTHS = 3 + 4;

    private static final long DOUBLE_CHUNKS = 6;
    private static final long SINGLE_CHUNKS = 3;
    private static final long FINAL_CHUNKS = 2;
    private static final int FLOAT = 4;
    private static final int INT = 4;

    private TransformerMemory() {}

    /** The buffers that every step writes to. */
    static long workspace(TransformerConfig flux, PlanRequest request) {
        long width = flux.width();
        long buffers = request.rows() * (WORKSPACE_WIDTHS + ATTENTION_WIDTHS) * width * request.bytes();
        long quantized = request.products().inEightBits() ? EIGHT_BIT_WIDTHS * width + EIGHT_BIT_SCALES * FLOAT : 0;
        long sums = request.products() == Products.INT8 ? SUMS_WIDTHS * width * INT : 0;
        long tokens = request.batch() * request.imageTokens();
        long latentsAndVelocity = 2 * tokens * flux.inChannels() * request.bytes();
        return buffers + request.rows() * (quantized + sums) + latentsAndVelocity;
    }

    /** The modulation vectors of all steps, and the condition's, whose noise level never changes. */
    static long modulationTables(TransformerConfig flux, PlanRequest request) {
        long ofDouble = flux.doubleBlocks() * DOUBLE_CHUNKS;
        long ofSingle = flux.singleBlocks() * SINGLE_CHUNKS;
        long latents = 2 * ofDouble + ofSingle + FINAL_CHUNKS;
        long condition = request.conditionSide() == 0 ? 0 : ofDouble + ofSingle;
        return request.batch() * (request.steps() * latents + condition) * flux.width() * request.bytes();
    }

    /** Text and condition after their embedders, prompt embeddings, tables of positions. */
    static long constants(TransformerConfig flux, PlanRequest request) {
        long text = (long) request.batch() * request.textTokens() * (flux.width() + flux.textWidth());
        long condition = request.batch() * request.conditionTokens() * (flux.width() + flux.inChannels());
        long positions = request.rows() / request.batch() * flux.headSize() * FLOAT;
        return (text + condition) * request.bytes() + positions;
    }
}

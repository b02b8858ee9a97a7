package dev.reflectionflow.cli;

import dev.reflectionflow.weights.TransformerConfig;

/**
 * The floating-point operations of one denoising step, a pure function of shapes.
 *
 * <p>A product of (M, K) with (K, N) counts 2 M N K, attention 4 B H S^2 D, with S of all tokens that see each other;
 * norms, activations and the like count nothing. What is computed once for a prompt is no part of a step: modulation, the
 * embedders of text, timestep and condition.
 *
 * @param network the transformer
 * @param batch images together
 * @param textTokens of one image
 * @param imageTokens of one image
 * @param conditionTokens of one image, 0 without a condition
 */
record BenchWork(TransformerConfig network, int batch, long textTokens, long imageTokens, long conditionTokens) {
    /** Operations of a step. */
    double operations() {
        long tokens = textTokens + imageTokens + conditionTokens;
        return batch * (blocks() * (tokens * perToken() + attention((double) tokens)) + imageTokens * ends());
    }

    /** Operations in units of 1e12. */
    double teraflop() {
        return operations() / 1e12;
    }

    private double blocks() {
        return network.doubleBlocks() + network.singleBlocks();
    }

    /** Both kinds of block: query, key, value and the way out, up and down. */
    private double perToken() {
        double width = network.width();
        return 2 * (4 * width * width + 2 * width * network.feedForward());
    }

    private double attention(double tokens) {
        return 4 * tokens * tokens * network.width();
    }

    /** Into the network and out of it. */
    private double ends() {
        return 2.0 * network.width() * (network.inChannels() + network.outChannels());
    }
}

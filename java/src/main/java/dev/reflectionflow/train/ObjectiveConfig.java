package dev.reflectionflow.train;

import java.util.List;

/**
 * What is asked of the network.
 *
 * @param timestepShift s in t' = s t / (1 + (s - 1) t), after t = sigmoid(normal); 1 as released
 * @param guidance embedded while training; 1 as released
 * @param guidanceLow least guidance that is distilled
 * @param guidanceHigh most guidance that is distilled
 * @param trainText whether the text encoders learn along with the transformer
 * @param textTokens T5 tokens of the texts, padding included: each step takes one of these lengths, so that the model learns
 *     to read any of them; empty for as many as it usually reads
 * @param klWeight weight of the autoencoder's divergence from unit normal latents, per latent value
 * @param contrastWeight how much more the autoencoder's error counts at a black or white pixel than at a mid-grey one
 */
public record ObjectiveConfig(
        double timestepShift,
        double guidance,
        double guidanceLow,
        double guidanceHigh,
        boolean trainText,
        List<Integer> textTokens,
        double klWeight,
        double contrastWeight) {
    static ObjectiveConfig read(ConfigTree tree) {
        List<Double> range = tree.numbers("train.guidance_range", List.of(1.0, 5.0));
        if (range.size() != 2 || range.get(0) < 0 || range.get(1) < range.get(0)) {
            throw tree.bad("train.guidance_range", "must be two numbers, the lower first");
        }
        List<Double> tokens = tree.numbers("train.max_sequence_length", List.of());
        if (tokens.stream().anyMatch(length -> length < 1 || length != Math.rint(length))) {
            throw tree.bad("train.max_sequence_length", "must be lengths of 1 or more");
        }
        return new ObjectiveConfig(
                tree.number("train.timestep_shift", 1e-3, 1e3, 1),
                tree.number("train.guidance", 0, 1e3, 1),
                range.get(0),
                range.get(1),
                tree.flag("train.train_text_encoders", false),
                tokens.stream().map(Double::intValue).toList(),
                tree.number("train.kl_weight", 0, 1e3, 1e-4),
                tree.number("train.contrast_weight", 0, 1e3, 0));
    }
}

package dev.reflectionflow.train;

import java.util.List;
import java.util.OptionalInt;

/**
 * What is asked of the network.
 *
 * @param timestepShift s in t' = s t / (1 + (s - 1) t), after t = sigmoid(normal); 1 as released
 * @param guidance embedded while training; 1 as released
 * @param guidanceLow least guidance that is distilled
 * @param guidanceHigh most guidance that is distilled
 * @param trainText whether the text encoders learn along with the transformer
 * @param textTokens T5 tokens of a text, padding included; empty for as many as the model usually reads
 * @param klWeight weight of the autoencoder's divergence from unit normal latents, per latent value
 * @param contrastWeight how much more the autoencoder's error counts at a black or white pixel than at a mid-grey one
 */
public record ObjectiveConfig(
        double timestepShift,
        double guidance,
        double guidanceLow,
        double guidanceHigh,
        boolean trainText,
        OptionalInt textTokens,
        double klWeight,
        double contrastWeight) {
    static ObjectiveConfig read(ConfigTree tree) {
        List<Double> range = tree.numbers("train.guidance_range", List.of(1.0, 5.0));
        if (range.size() != 2 || range.get(0) < 0 || range.get(1) < range.get(0)) {
            throw tree.bad("train.guidance_range", "must be two numbers, the lower first");
        }
        int tokens = tree.integer("train.max_sequence_length", 0, 0);
        return new ObjectiveConfig(
                tree.number("train.timestep_shift", 1e-3, 1e3, 1),
                tree.number("train.guidance", 0, 1e3, 1),
                range.get(0),
                range.get(1),
                tree.flag("train.train_text_encoders", false),
                tokens == 0 ? OptionalInt.empty() : OptionalInt.of(tokens),
                tree.number("train.kl_weight", 0, 1e3, 1e-4),
                tree.number("train.contrast_weight", 0, 1e3, 0));
    }
}

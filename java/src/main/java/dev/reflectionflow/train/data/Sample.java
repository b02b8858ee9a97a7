package dev.reflectionflow.train.data;

import dev.reflectionflow.RgbImage;
import java.util.Objects;
import java.util.Optional;

/**
 * One sample as a training step sees it: decoded, resized, cropped, its drops decided.
 *
 * @param origin where it came from, for messages, such as {@code genref_3.tar: 00001234}
 * @param image the picture to draw, target size x target size pixels
 * @param condition the earlier picture, condition size x condition size pixels, black where it was dropped; empty in data
 *     that have none
 * @param prompt what CLIP reads: the user's prompt
 * @param description what T5 reads: the prompt, marker and reflection where there is one, or nothing where text was dropped
 * @param whole whether nothing was cut off the pictures by chance, so that they are the same each time
 * @param split the part of the data that it belongs to, such as {@code rule}
 */
public record Sample(
        String origin,
        RgbImage image,
        Optional<RgbImage> condition,
        String prompt,
        String description,
        boolean whole,
        String split) {
    public Sample {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(condition, "condition");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(split, "split");
    }
}

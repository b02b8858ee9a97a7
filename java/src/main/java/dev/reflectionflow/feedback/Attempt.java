package dev.reflectionflow.feedback;

import dev.reflectionflow.RgbImage;
import java.util.Objects;

/**
 * What a chain has come to: the image to better, and all that led to it.
 *
 * @param image the chain's newest picture
 * @param prompt the user's own
 * @param currentPrompt the prompt that the picture was drawn from, as a refiner left it; the user's own at first
 * @param reflection that the picture was drawn with; empty for none
 * @param score of the picture
 */
public record Attempt(RgbImage image, String prompt, String currentPrompt, String reflection, Score score) {
    public Attempt {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(prompt, "prompt");
        Objects.requireNonNull(currentPrompt, "currentPrompt");
        Objects.requireNonNull(reflection, "reflection");
        Objects.requireNonNull(score, "score");
    }
}

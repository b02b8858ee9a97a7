package dev.reflectionflow.scenes;

import dev.reflectionflow.RgbImage;
import java.util.List;

/**
 * A prompt with a picture that meets it.
 *
 * @param tag the prompt's kind
 * @param text the prompt in some words
 * @param prompt what they mean
 * @param objects in the picture, in the prompt's order
 * @param image the picture, {@link SceneRenderer#SIZE} pixels a side
 */
public record SceneSample(SceneTag tag, String text, ScenePrompt prompt, List<PlacedObject> objects, RgbImage image) {
    public SceneSample {
        objects = List.copyOf(objects);
    }
}

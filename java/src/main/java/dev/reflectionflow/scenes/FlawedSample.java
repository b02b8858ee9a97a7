package dev.reflectionflow.scenes;

import dev.reflectionflow.RgbImage;
import java.util.List;
import java.util.Set;

/**
 * A picture with flaws, what mends them, and the picture that is mended.
 *
 * @param good the prompt and its picture
 * @param flaws what is wrong, at least one
 * @param objects in the flawed picture; those without a flaw are as in the good one
 * @param image the flawed picture
 * @param reflection commands in the words of a scene reflector that make the good picture of it
 */
public record FlawedSample(
        SceneSample good, Set<SceneFlaw> flaws, List<PlacedObject> objects, RgbImage image, String reflection) {
    public FlawedSample {
        flaws = Set.copyOf(flaws);
        objects = List.copyOf(objects);
    }
}

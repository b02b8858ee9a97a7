package dev.reflectionflow.scenes;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a picture shows.
 *
 * @param background its colour as 0xRRGGBB
 * @param objects largest first
 */
public record Scene(int background, List<SceneObject> objects) {
    public Scene {
        objects = List.copyOf(objects);
    }

    /** The objects in short, for explanations. */
    public String words() {
        return objects.isEmpty()
                ? "nothing"
                : objects.stream().map(SceneObject::words).collect(Collectors.joining(", "));
    }
}

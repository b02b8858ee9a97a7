package dev.reflectionflow.scenes;

import java.util.ArrayList;
import java.util.List;

/** Every word that prompts about scenes, their rewordings and reflections on them are made of. */
public final class SceneVocabulary {
    private static final List<String> PROMPTS = List.of(
            "a",
            "an",
            "the",
            "photo",
            "photograph",
            "picture",
            "image",
            "drawing",
            "of",
            "and",
            "left",
            "right",
            "to",
            "on",
            "above",
            "below",
            "under",
            "is",
            "are",
            "one",
            "two",
            "three",
            "four",
            "1",
            "2",
            "3",
            "4");

    private static final List<String> REFLECTIONS = List.of(
            "Add", "Make", "Move", "Remove", "Turn", "instead", "into", "object", "objects", "other", "five", "six",
            "seven", "eight", "nine", "ten");

    /** Stands between a prompt and the reflections, as correctors are trained. */
    private static final String MARKER = "[Reflexion]";

    private SceneVocabulary() {}

    /** The words as they are written, none twice. */
    public static List<String> words() {
        List<String> words = new ArrayList<>(PROMPTS);
        for (SceneColor color : SceneColor.values()) {
            words.add(color.word());
        }
        for (Shape shape : Shape.values()) {
            words.add(shape.word());
            words.add(shape.word() + "s");
        }
        words.addAll(REFLECTIONS);
        words.add(MARKER);
        return List.copyOf(words);
    }
}

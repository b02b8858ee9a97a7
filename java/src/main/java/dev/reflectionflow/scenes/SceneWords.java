package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.List;
import java.util.Optional;

/** Objects in English. */
final class SceneWords {
    private static final List<String> NUMBERS =
            List.of("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");

    private SceneWords() {}

    /** {@code "one"}, {@code "two"}; digits above ten. */
    static String number(int count) {
        return count < NUMBERS.size() ? NUMBERS.get(count) : String.valueOf(count);
    }

    /** {@code "red circle"} or {@code "red circles"}; what is unclear about it goes unsaid. */
    static String noun(Optional<SceneColor> color, Optional<Shape> shape, int count) {
        return color.map(c -> c.word() + " ").orElse("")
                + shape.map(Shape::word).orElse("object")
                + (count == 1 ? "" : "s");
    }

    static String noun(SceneObject object, int count) {
        return noun(object.color(), object.shape(), count);
    }

    static String noun(Group group, int count) {
        return noun(group.color(), Optional.of(group.shape()), count);
    }

    /** {@code "a red circle"}. */
    static String withArticle(String noun) {
        return ("aeiou".indexOf(noun.charAt(0)) >= 0 ? "an " : "a ") + noun;
    }

    /** {@code "the red circle"} or {@code "the two red circles"}. */
    static String the(Group group) {
        return "the " + (group.count() == 1 ? "" : number(group.count()) + " ") + noun(group, group.count());
    }

    /** Some of several: {@code "the"} for all of them, {@code "one"} or more otherwise. */
    static String some(int count, int of) {
        if (count < of) {
            return number(count);
        }
        return count == 1 ? "the" : "the " + number(count);
    }
}

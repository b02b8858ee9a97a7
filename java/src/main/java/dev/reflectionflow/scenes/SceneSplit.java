package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which prompts a model may be trained on. It goes by what a prompt means: "a circle left of a star" and "one star to the
 * right of one circle" lie on the same side.
 */
public enum SceneSplit {
    TRAIN,
    TEST;

    /** One in so many combinations of more than one object is held out. */
    private static final int SHARE = 5;

    /** The split that a prompt belongs to; fixed once for all, no seed changes it. */
    public static SceneSplit of(ScenePrompt prompt) {
        List<Group> groups = prompt.groups();
        if (prompt.count() == 1) {
            Group only = groups.get(0);
            // three of eight colours of each shape: singles are too few for chance
            return only.color()
                    .filter(color -> (color.ordinal() * 3 + only.shape().ordinal() * 5) % 8 < 3)
                    .map(color -> TEST)
                    .orElse(TRAIN);
        }
        if (groups.stream().allMatch(group -> group.color().isEmpty())
                && prompt.relation().isEmpty()) {
            return TRAIN;
        }
        // the remainder of String.hashCode, which Java's documents fix, after one round of mixing
        int hash = meaning(prompt).hashCode() * 0x9E3779B1;
        return Integer.remainderUnsigned(hash >>> 8, SHARE) == 0 ? TEST : TRAIN;
    }

    /** A text that is equal for prompts that ask for the same. */
    static String meaning(ScenePrompt prompt) {
        if (prompt.relation().isEmpty()) {
            return prompt.groups().stream()
                    .map(Group::words)
                    .sorted(Comparator.naturalOrder())
                    .collect(Collectors.joining(", "));
        }
        Relation relation = prompt.relation().get();
        Group first = prompt.groups().get(0);
        Group second = prompt.groups().get(1);
        return relation == Relation.LEFT_OF || relation == Relation.ABOVE
                ? first.words() + " " + relation.words() + " " + second.words()
                : second.words() + " " + relation.opposite().words() + " " + first.words();
    }
}

package dev.reflectionflow.scenes;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a prompt about shapes asks for.
 *
 * @param groups the objects, in the order of the prompt
 * @param relation where the first group stands against the second; present only with exactly two groups
 */
public record ScenePrompt(List<Group> groups, Optional<Relation> relation) {
    public ScenePrompt {
        groups = List.copyOf(groups);
        Objects.requireNonNull(relation, "relation");
        if (groups.isEmpty() || (relation.isPresent() && groups.size() != 2)) {
            throw new IllegalArgumentException("a scene needs a group of objects, and a relation two of them");
        }
    }

    /**
     * Objects of one kind.
     *
     * @param count how many, 1 or more
     * @param color what the prompt says; empty where any colour will do
     * @param shape of each
     */
    public record Group(int count, Optional<SceneColor> color, Shape shape) {
        /** Such as {@code "2 blue star"}. */
        public String words() {
            return count + " " + color.map(c -> c.word() + " ").orElse("") + shape.word();
        }

        boolean matches(SceneObject object) {
            return hasShapeOf(object) && hasColorOf(object);
        }

        boolean hasShapeOf(SceneObject object) {
            return object.shape().equals(Optional.of(shape));
        }

        boolean hasColorOf(SceneObject object) {
            return color.isEmpty() || object.color().equals(color);
        }
    }

    /** Reads a prompt such as {@code "a photo of two blue stars"}; empty where it is about anything else. */
    public static Optional<ScenePrompt> parse(String prompt) {
        return new ScenePromptParser(prompt).parse();
    }

    /** Objects in all. */
    public int count() {
        return groups.stream().mapToInt(Group::count).sum();
    }

    /** The scene in short, for messages. */
    public String words() {
        return groups.stream()
                .map(Group::words)
                .collect(Collectors.joining(
                        relation.map(r -> " " + r.words() + " ").orElse(", ")));
    }
}

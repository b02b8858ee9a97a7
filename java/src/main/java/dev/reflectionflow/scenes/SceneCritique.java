package dev.reflectionflow.scenes;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What to change in a scene so that it meets a prompt.
 *
 * @param flaws in the order in which they had best be mended; empty exactly where every requirement holds
 */
public record SceneCritique(List<Flaw> flaws) {
    public SceneCritique {
        flaws = List.copyOf(flaws);
    }

    /** What a flaw is about. */
    public enum Kind {
        MISSING,
        SHAPE,
        COLOR,
        EXTRA,
        PLACE
    }

    /**
     * One thing to change, or several of the same sort.
     *
     * @param sentence a command, such as {@code "Add one red circle."}
     */
    public record Flaw(Kind kind, String sentence) {}

    /** Compares what was asked for with what is there. */
    public static SceneCritique of(ScenePrompt prompt, Scene scene) {
        return new SceneCritique(new SceneCritic(prompt, scene).flaws());
    }

    /** All commands in one text. */
    public String text() {
        return flaws.stream().map(Flaw::sentence).collect(Collectors.joining(" "));
    }
}

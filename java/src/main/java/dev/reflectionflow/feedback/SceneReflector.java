package dev.reflectionflow.feedback;

import dev.reflectionflow.scenes.SceneCritique;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneReader;
import java.util.Optional;
import java.util.function.Consumer;

/** Reflects on scenes of coloured shapes offline: "Add one red circle. Move the star above the square." */
public final class SceneReflector implements Reflector {
    /** Its name on the command line. */
    public static final String NAME = "scene";

    private final ScenePrompts prompts;

    /**
     * @param warnings hears, at most once, of a prompt that cannot be read
     */
    public SceneReflector(Consumer<String> warnings) {
        prompts = new ScenePrompts("reflector", "it says nothing about such pictures", warnings);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Advice reflect(Attempt attempt) {
        Optional<ScenePrompt> wanted = prompts.read(attempt.prompt());
        if (wanted.isEmpty()) {
            return Advice.none("not a prompt about shapes", Usage.NONE);
        }
        String text = SceneCritique.of(wanted.get(), SceneReader.read(attempt.image()))
                .text();
        return text.isEmpty() ? Advice.none("every requirement holds", Usage.NONE) : Advice.given(text, Usage.NONE);
    }
}

package dev.reflectionflow.feedback;

import dev.reflectionflow.scenes.SceneCritique;
import dev.reflectionflow.scenes.SceneCritique.Flaw;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneReader;
import dev.reflectionflow.scenes.SceneWording;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Rewords prompts about coloured shapes offline. What is missing or too much asks for numbers in words, a wrong place for
 * the long form of the relation, a wrong shape or colour for fewer words beside them. The new prompt means exactly what the
 * user's does, differs from the current one, and is a pure function of the attempt.
 */
public final class SceneRefiner implements PromptRefiner {
    /** Its name on the command line. */
    public static final String NAME = "scene";

    private final ScenePrompts prompts;

    /**
     * @param warnings hears, at most once, of a prompt that cannot be read
     */
    public SceneRefiner(Consumer<String> warnings) {
        prompts = new ScenePrompts("refiner", "it leaves such prompts as they are", warnings);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Advice refine(Attempt attempt, String newest) {
        Optional<ScenePrompt> wanted = prompts.read(attempt.prompt());
        if (wanted.isEmpty()) {
            return Advice.none("not a prompt about shapes", Usage.NONE);
        }
        List<Flaw> flaws = SceneCritique.of(wanted.get(), SceneReader.read(attempt.image()))
                .flaws();
        if (flaws.isEmpty()) {
            return Advice.none("every requirement holds", Usage.NONE);
        }
        return Advice.given(reworded(wanted.get(), flaws.get(0).kind(), attempt.currentPrompt()), Usage.NONE);
    }

    /** The wording after the current one, in the order that suits the flaw, so that each attempt tries another. */
    private static String reworded(ScenePrompt prompt, SceneCritique.Kind kind, String current) {
        Set<SceneWording> order = new LinkedHashSet<>(preferred(kind));
        order.addAll(List.of(SceneWording.values()));
        List<String> texts =
                order.stream().map(wording -> wording.of(prompt)).distinct().toList();
        return texts.get((texts.indexOf(current) + 1) % texts.size());
    }

    private static List<SceneWording> preferred(SceneCritique.Kind kind) {
        return switch (kind) {
            case MISSING, EXTRA ->
                List.of(SceneWording.COUNTED, SceneWording.COUNTED_PLACED, SceneWording.BARE_COUNTED);
            case PLACE -> List.of(SceneWording.PLACED, SceneWording.COUNTED_PLACED, SceneWording.BARE_PLACED);
            case SHAPE, COLOR -> List.of(SceneWording.BARE, SceneWording.BARE_COUNTED, SceneWording.PICTURE);
        };
    }
}

package dev.reflectionflow.feedback;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.scenes.Scene;
import dev.reflectionflow.scenes.SceneMatch;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneReader;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Judges scenes of coloured shapes offline. A score lies in [0, 1]; from 0.9 on every requirement of the prompt holds, and the
 * score is satisfied: the rest says how clear shapes and places are, so that a search prefers the clearest. Prompts about
 * anything else leave the candidates in drawing order.
 */
public final class SceneVerifier implements Verifier {
    /** Its name on the command line. */
    public static final String NAME = "scene";

    private final ScenePrompts prompts;

    /**
     * @param warnings hears, at most once, of a prompt that cannot be read
     */
    public SceneVerifier(Consumer<String> warnings) {
        prompts = new ScenePrompts("verifier", "such candidates keep their drawing order", warnings);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public double worst() {
        return 0;
    }

    @Override
    public double best() {
        return 1;
    }

    @Override
    public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
        Optional<ScenePrompt> wanted = prompts.read(prompt);
        if (wanted.isEmpty()) {
            return Score.abstained("not a prompt about shapes");
        }
        Scene scene = SceneReader.read(image);
        SceneMatch match = SceneMatch.of(wanted.get(), scene);
        return Score.scored(match.value(), match.requirements(), "shows " + scene.words())
                .satisfied(match.holds());
    }
}

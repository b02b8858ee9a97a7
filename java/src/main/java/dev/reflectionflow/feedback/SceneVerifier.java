package dev.reflectionflow.feedback;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.scenes.Scene;
import dev.reflectionflow.scenes.SceneMatch;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneReader;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Judges scenes of coloured shapes offline. A score lies in [0, 1] and is 1 only if every requirement of the prompt holds;
 * prompts about anything else leave the candidates in drawing order.
 */
public final class SceneVerifier implements Verifier {
    /** Its name on the command line. */
    public static final String NAME = "scene";

    private final Consumer<String> warnings;
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * @param warnings hears, at most once, of a prompt that cannot be read
     */
    public SceneVerifier(Consumer<String> warnings) {
        this.warnings = Objects.requireNonNull(warnings, "warnings");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
        Optional<ScenePrompt> wanted = ScenePrompt.parse(prompt);
        if (wanted.isEmpty()) {
            if (warned.compareAndSet(false, true)) {
                warnings.accept("the scene verifier reads prompts about coloured shapes only, not \"" + prompt
                        + "\": such candidates keep their drawing order");
            }
            return Score.abstained("not a prompt about shapes");
        }
        Scene scene = SceneReader.read(image);
        SceneMatch match = SceneMatch.of(wanted.get(), scene);
        return Score.scored(match.value(), match.requirements(), "shows " + scene.words());
    }
}

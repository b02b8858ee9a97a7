package dev.reflectionflow.feedback;

import dev.reflectionflow.scenes.ScenePrompt;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Reads prompts about scenes, and says once that others cannot be read. */
final class ScenePrompts {
    private final String reader;
    private final String consequence;
    private final Consumer<String> warnings;
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * @param reader who cannot read, such as {@code "verifier"}
     * @param consequence what becomes of it
     */
    ScenePrompts(String reader, String consequence, Consumer<String> warnings) {
        this.reader = reader;
        this.consequence = consequence;
        this.warnings = Objects.requireNonNull(warnings, "warnings");
    }

    Optional<ScenePrompt> read(String prompt) {
        Optional<ScenePrompt> scene = ScenePrompt.parse(prompt);
        if (scene.isEmpty() && warned.compareAndSet(false, true)) {
            warnings.accept("the scene " + reader + " reads prompts about coloured shapes only, not \"" + prompt
                    + "\": " + consequence);
        }
        return scene;
    }
}

package dev.reflectionflow.feedback;

import dev.reflectionflow.RgbImage;
import java.util.Map;

/**
 * Judges how well an image shows what the original prompt asks for; higher is better. Thread-safe: a search calls it from
 * {@link #concurrency()} threads.
 */
public interface Verifier {
    /** A short name, as on the command line. */
    String name();

    /** Everything that scores depend on, as written to a run's configuration; never a secret. */
    default Map<String, Object> description() {
        return Map.of("name", name());
    }

    /** How many calls at once are worth making, 1 or more. */
    default int concurrency() {
        return 1;
    }

    /**
     * Makes sure that judging can work at all, before the first image is drawn.
     *
     * @throws dev.reflectionflow.EngineException {@code SERVICE} where it cannot
     */
    default void checkReady() {}

    /**
     * Judges one image. What goes wrong with this one image is a score without a value, never an exception.
     *
     * @param image the candidate
     * @param prompt the user's own prompt, not a refined one
     * @param metadata the prompt's GenEval row or other known facts; may be empty, and no verifier may need it
     * @throws dev.reflectionflow.EngineException {@code SERVICE} where the service proves unusable on first contact
     */
    Score judge(RgbImage image, String prompt, Map<String, Object> metadata);
}

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

    /** The least value that a score can have; not a number where that is unknown, so that no ensemble takes it in. */
    default double worst() {
        return Double.NaN;
    }

    /** The highest value that a score can have; not a number where that is unknown. */
    default double best() {
        return Double.NaN;
    }

    /** A score's value on the scale from 0 for the worst to 1 for the best, which scores of several verifiers share. */
    default double normalised(double value) {
        return Math.min(1, Math.max(0, (value - worst()) / (best() - worst())));
    }

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

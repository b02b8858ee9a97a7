package dev.reflectionflow.feedback;

import java.util.Map;

/** What reflectors and refiners have in common. Thread-safe: a search calls them from several threads. */
public interface Adviser {
    /** A short name, as on the command line. */
    String name();

    /** Everything that answers depend on, as written to a run's configuration; never a secret. */
    default Map<String, Object> description() {
        return Map.of("name", name());
    }

    /** How many calls at once are worth making, 1 or more. */
    default int concurrency() {
        return 1;
    }

    /**
     * Makes sure that asking can work at all, before the first image is drawn.
     *
     * @throws dev.reflectionflow.EngineException {@code SERVICE} where it cannot
     */
    default void checkReady() {}
}

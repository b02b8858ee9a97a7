package dev.reflectionflow.cli;

/** How commands come by an engine. */
@FunctionalInterface
interface EngineOpener {
    /**
     * Opens a model.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE}, {@code INVALID_ARGUMENT}, {@code OUT_OF_MEMORY}
     */
    OpenEngine open(EngineSettings settings);
}

package dev.reflectionflow;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Something that turns requests into pictures; {@code engine.FluxEngine} is the one that the product uses. */
public interface ImageGenerator {
    /** The request with the model's own defaults in the place of every value left open. */
    GenerationRequest resolve(GenerationRequest request);

    /**
     * Draws one image per request, in the order of the requests; those of equal size, steps and sequence length share a
     * batch where that is faster. Thread-safe: callers queue.
     *
     * @throws EngineException {@code INVALID_ARGUMENT} for a value out of range, {@code CANCELLED} when the listener or
     *     the caller asked to stop or was interrupted, {@code OUT_OF_MEMORY}
     */
    List<GeneratedImage> generate(List<GenerationRequest> requests, GenerationListener listener);

    /**
     * The same, but images that the pruning gives up are drawn to its step only; their places are empty.
     *
     * @throws EngineException as {@link #generate(List, GenerationListener)}
     */
    List<Optional<GeneratedImage>> generate(
            List<GenerationRequest> requests, GenerationListener listener, Pruning pruning);

    /** One image without progress reports. */
    default GeneratedImage generate(GenerationRequest request) {
        return generate(List.of(request), GenerationListener.NONE).get(0);
    }

    /** Hex hash of everything of the model that pixels depend on: weights, configuration, LoRAs, computing type. */
    String modelHash();

    /**
     * What makes its pictures approximate, such as {@code performance_mode} with {@code fp8} or {@code cache_threshold} with
     * {@code 0.1}; empty where they are exact, as those of most generators.
     */
    default Map<String, String> approximations() {
        return Map.of();
    }
}

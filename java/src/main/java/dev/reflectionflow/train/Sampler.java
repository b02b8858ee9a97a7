package dev.reflectionflow.train;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Draws with what a run has made so far; training itself knows no engine. */
@FunctionalInterface
public interface Sampler {
    /**
     * Draws one picture per request.
     *
     * @param model diffusers folder or whatever else names a model
     * @param corrector LoRA for requests with a condition
     */
    List<RgbImage> draw(String model, Optional<Path> corrector, List<GenerationRequest> requests);
}

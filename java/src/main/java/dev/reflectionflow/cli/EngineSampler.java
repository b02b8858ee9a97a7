package dev.reflectionflow.cli;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.train.Sampler;
import dev.reflectionflow.train.TrainConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Draws validation pictures with the engine that users draw with. */
final class EngineSampler implements Sampler {
    private static final int BATCH = 4;

    private final EngineOpener opener;
    private final TrainConfig config;

    EngineSampler(EngineOpener opener, TrainConfig config) {
        this.opener = opener;
        this.config = config;
    }

    @Override
    public List<RgbImage> draw(String model, Optional<Path> corrector, List<GenerationRequest> requests) {
        Integer threads = config.threads() == 0 ? null : config.threads();
        EngineSettings settings = new EngineSettings(
                model,
                null,
                null,
                Computing.withThreads(threads),
                BATCH,
                List.of(),
                corrector.map(file -> new LoraArgument(file, 1)));
        try (OpenEngine engine = opener.open(settings)) {
            return engine.generate(requests, GenerationListener.NONE).stream()
                    .map(GeneratedImage::image)
                    .toList();
        }
    }
}

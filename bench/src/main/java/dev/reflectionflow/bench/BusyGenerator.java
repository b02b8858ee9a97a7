package dev.reflectionflow.bench;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.ImageGenerator;
import dev.reflectionflow.Pruning;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Counts how long an engine draws. */
final class BusyGenerator implements ImageGenerator {
    private final ImageGenerator engine;
    private final AtomicLong micros = new AtomicLong();

    BusyGenerator(ImageGenerator engine) {
        this.engine = engine;
    }

    /** Of drawing so far, waiting in the engine's queue not included. */
    double milliseconds() {
        return micros.get() / 1000.0;
    }

    @Override
    public List<GeneratedImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
        List<GeneratedImage> images = engine.generate(requests, listener);
        images.forEach(
                image -> micros.addAndGet(Math.round(1000 * image.timings().totalMs())));
        return images;
    }

    @Override
    public List<Optional<GeneratedImage>> generate(
            List<GenerationRequest> requests, GenerationListener listener, Pruning pruning) {
        return engine.generate(requests, listener, pruning);
    }

    @Override
    public GenerationRequest resolve(GenerationRequest request) {
        return engine.resolve(request);
    }

    @Override
    public String modelHash() {
        return engine.modelHash();
    }
}

package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.Execution;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.Pruning;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.Timings;
import dev.reflectionflow.weights.TensorData;
import dev.reflectionflow.weights.TransformerConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A generator whose pixels follow from the seed by a rule, so that commands can be tested without weights. */
class DrawnByRule implements OpenEngine {
    static final int SIDE = 32;
    static final int STEPS = 4;
    /** Steps left out where a cache was asked for. */
    static final int SKIPPED = 3;

    static final String HASH = "0123456789abcdef".repeat(4);

    final List<GenerationRequest> drawn = Collections.synchronizedList(new ArrayList<>());
    EngineSettings settings;

    /** An opener that hands out this engine and keeps what was asked for. */
    EngineOpener opener() {
        return wanted -> {
            settings = wanted;
            return this;
        };
    }

    @Override
    public Map<String, String> approximations() {
        double threshold = settings == null ? 0 : settings.computing().cacheThreshold();
        return threshold > 0 ? Map.of("cache_threshold", Double.toString(threshold)) : Map.of();
    }

    @Override
    public GenerationRequest resolve(GenerationRequest request) {
        int width = request.width() == null ? SIDE : request.width();
        if (width % 16 != 0) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, "width " + width + " is not a multiple of 16");
        }
        return request.toBuilder()
                .width(width)
                .height(request.height() == null ? SIDE : request.height())
                .steps(request.steps() == null ? STEPS : request.steps())
                .guidance(request.guidance() == null ? 1.0 : request.guidance())
                .seed(request.seed() == null ? 4711L : request.seed())
                .maxSequenceLength(32)
                .build();
    }

    @Override
    public List<GeneratedImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
        List<GeneratedImage> images = new ArrayList<>();
        for (GenerationRequest open : requests) {
            GenerationRequest request = resolve(open);
            for (int step = 1; step <= request.steps(); step++) {
                if (!listener.onStep(step, request.steps(), List::of)) {
                    throw new EngineException(ErrorCode.CANCELLED, "stopped");
                }
            }
            drawn.add(request);
            images.add(new GeneratedImage(
                    pixels(request),
                    request,
                    HASH,
                    new Timings(1.5, 0, 0.25, List.of(1.0, 2.0, 3.0, 4.0), 2.25, 13, 14),
                    new Execution("ours", "by rule", 0, Optional.empty(), skippedSteps())));
        }
        return images;
    }

    private int skippedSteps() {
        return approximations().isEmpty() ? 0 : SKIPPED;
    }

    RgbImage pixels(GenerationRequest request) {
        byte[] rgb = new byte[request.width() * request.height() * 3];
        new java.util.Random(request.seed() + request.noiseSteps().hashCode()).nextBytes(rgb);
        return new RgbImage(request.width(), request.height(), ByteBuffer.wrap(rgb));
    }

    @Override
    public Recorded generateRecorded(GenerationRequest request, GenerationListener listener) {
        GeneratedImage image = generate(List.of(request), listener).get(0);
        return new Recorded(image, List.of(TensorData.ofFloats("sigmas", new float[] {1, 0.5f, 0}, 3)));
    }

    @Override
    public List<Optional<GeneratedImage>> generate(
            List<GenerationRequest> requests, GenerationListener listener, Pruning pruning) {
        List<GeneratedImage> images = generate(requests, listener);
        Set<Integer> kept =
                pruning.keep().apply(images.stream().map(GeneratedImage::image).toList());
        List<Optional<GeneratedImage>> left = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            left.add(kept.contains(i) ? Optional.of(images.get(i)) : Optional.empty());
        }
        return left;
    }

    @Override
    public String modelHash() {
        return HASH;
    }

    @Override
    public String model() {
        return "rule";
    }

    @Override
    public Dtype dtype() {
        return Dtype.FP32;
    }

    @Override
    public TransformerConfig transformer() {
        return new TransformerConfig(1, 2, 2, 16, 64, 64, 32, 32, false, List.of(4, 6, 6));
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    @Override
    public void close() {}
}

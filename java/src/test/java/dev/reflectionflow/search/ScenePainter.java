package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.Execution;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.ImageGenerator;
import dev.reflectionflow.Pruning;
import dev.reflectionflow.Timings;
import dev.reflectionflow.scenes.DisturbedRenderer;
import dev.reflectionflow.scenes.SceneColor;
import dev.reflectionflow.scenes.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Stands in for the engine: draws one object of a shape and colour that the seed decides. */
class ScenePainter implements ImageGenerator {
    final List<GenerationRequest> drawn = Collections.synchronizedList(new ArrayList<>());
    final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    final List<GenerationRequest> givenUp = Collections.synchronizedList(new ArrayList<>());
    private final String modelHash;

    ScenePainter(String modelHash) {
        this.modelHash = modelHash;
    }

    @Override
    public GenerationRequest resolve(GenerationRequest request) {
        GenerationRequest.Builder builder = request.toBuilder();
        builder.width(request.width() == null ? Integer.valueOf(64) : request.width());
        builder.height(request.height() == null ? Integer.valueOf(64) : request.height());
        builder.steps(request.steps() == null ? Integer.valueOf(4) : request.steps());
        builder.guidance(request.guidance() == null ? Double.valueOf(3.5) : request.guidance());
        builder.maxSequenceLength(
                request.maxSequenceLength() == null ? Integer.valueOf(32) : request.maxSequenceLength());
        return builder.build();
    }

    @Override
    public List<GeneratedImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
        batches.add(requests.size());
        steps(requests, 1, requests.get(0).steps(), listener);
        drawn.addAll(requests);
        return paint(requests);
    }

    private static void steps(List<GenerationRequest> requests, int from, int to, GenerationListener listener) {
        for (int step = from; step <= to; step++) {
            if (!listener.onStep(step, requests.get(0).steps(), List::of)) {
                throw new EngineException(ErrorCode.CANCELLED, "stopped");
            }
        }
    }

    private List<GeneratedImage> paint(List<GenerationRequest> requests) {
        Timings timings = new Timings(1, 0, 1, List.of(1.0), 1, 4, 10);
        return requests.stream().map(request -> paint(request, timings)).toList();
    }

    private GeneratedImage paint(GenerationRequest request, Timings timings) {
        // the pixels follow from the whole noise, and from the image that a corrector sees
        long noise = request.seed() + request.noiseSteps().hashCode();
        Random random = new Random(noise
                + (request.condition() == null
                        ? 0
                        : request.condition().image().sha256().hashCode()));
        Shape shape = Shape.values()[random.nextInt(Shape.values().length)];
        SceneColor color = SceneColor.values()[random.nextInt(SceneColor.values().length)];
        DisturbedRenderer renderer = new DisturbedRenderer(noise, request.width());
        return new GeneratedImage(
                renderer.draw(renderer.place(List.of(Map.entry(shape, color)))),
                request,
                modelHash,
                timings,
                new Execution("ours", "painted", 0, Optional.empty(), 0));
    }

    @Override
    public List<Optional<GeneratedImage>> generate(
            List<GenerationRequest> requests, GenerationListener listener, Pruning pruning) {
        steps(requests, 1, pruning.step(), listener);
        List<GeneratedImage> images = paint(requests);
        Set<Integer> kept =
                pruning.keep().apply(images.stream().map(GeneratedImage::image).toList());
        List<Optional<GeneratedImage>> left = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            (kept.contains(i) ? drawn : givenUp).add(requests.get(i));
            left.add(kept.contains(i) ? Optional.of(images.get(i)) : Optional.empty());
        }
        return left;
    }

    @Override
    public String modelHash() {
        return modelHash;
    }
}

package dev.reflectionflow.engine;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.Pruning;
import dev.reflectionflow.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Draws images to a step, rests while somebody looks at the previews, and finishes the chosen ones. Each image is a run of
 * its own, so that giving one up costs the others nothing. All but the choice happens on the engine's thread.
 */
final class PrunedDrawing {
    private final EngineThread thread;
    private final Drawing drawing;
    private final GenerationListener listener;

    PrunedDrawing(EngineThread thread, Drawing drawing, GenerationListener listener) {
        this.thread = thread;
        this.drawing = drawing;
        this.listener = listener;
    }

    /** The images in the requests' order; what was given up is empty. */
    List<Optional<GeneratedImage>> draw(List<GenerationRequest> resolved, Pruning pruning) {
        List<DrawingRun> runs = new ArrayList<>();
        try {
            List<RgbImage> previews = await(cancelled -> start(resolved, pruning.step(), runs, cancelled));
            Set<Integer> kept = pruning.keep().apply(previews);
            return await(cancelled -> finish(resolved, runs, kept, cancelled));
        } finally {
            release(runs);
        }
    }

    private void release(List<DrawingRun> runs) {
        try {
            // not waited for: an interrupt would leave them where they are
            CompletableFuture<?> unused = thread.submit(cancelled -> {
                runs.forEach(DrawingRun::close);
                return null;
            });
        } catch (IllegalStateException e) {
            // the engine was closed meanwhile, and its runs with it
        }
    }

    private List<RgbImage> start(
            List<GenerationRequest> requests, int step, List<DrawingRun> runs, BooleanSupplier cancelled) {
        List<RgbImage> previews = new ArrayList<>();
        for (Batch single : Batch.of(requests, 1)) {
            DrawingRun run = drawing.begin(single, listener);
            runs.add(run);
            run.stepTo(Math.min(step, single.first().steps()), listener, cancelled);
            previews.addAll(run.previews());
        }
        return previews;
    }

    private List<Optional<GeneratedImage>> finish(
            List<GenerationRequest> requests, List<DrawingRun> runs, Set<Integer> kept, BooleanSupplier cancelled) {
        List<Optional<GeneratedImage>> images = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            if (!kept.contains(i)) {
                images.add(Optional.empty());
                continue;
            }
            DrawingRun run = runs.get(i);
            run.stepTo(requests.get(i).steps(), listener, cancelled);
            images.add(Optional.of(drawing.finish(run, listener).get(0)));
        }
        return images;
    }

    private <T> T await(Function<BooleanSupplier, T> work) {
        return thread.await(thread.submit(work));
    }
}

package dev.reflectionflow.engine;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.Timings;
import dev.reflectionflow.engine.internal.NativeEngine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A batch on its way from noise to pixels, which may rest between its steps. On the engine's thread only. */
final class DrawingRun implements AutoCloseable {
    private final NativeEngine engine;
    private final long run;
    private final Batch batch;
    private final String modelHash;
    private final double[] beforeMs;
    private final List<Double> stepMs = new ArrayList<>();

    /**
     * @param run handle of the native run, released with this object
     * @param beforeMs what text, condition and the run's preparation took
     */
    DrawingRun(NativeEngine engine, long run, Batch batch, String modelHash, double[] beforeMs) {
        this.engine = engine;
        this.run = run;
        this.batch = batch;
        this.modelHash = modelHash;
        this.beforeMs = beforeMs;
    }

    /** Denoises until so many steps are done. */
    void stepTo(int last, GenerationListener listener, BooleanSupplier cancelled) {
        int steps = batch.first().steps();
        while (stepMs.size() < last) {
            int done = stepMs.size();
            if (cancelled.getAsBoolean()) {
                throw new EngineException(ErrorCode.CANCELLED, "cancelled after " + done + " of " + steps + " steps");
            }
            Stopwatch watch = new Stopwatch();
            engine.step(run);
            stepMs.add(watch.lap());
            if (!listener.onStep(done + 1, steps, this::previews)) {
                throw new EngineException(
                        ErrorCode.CANCELLED, "stopped after " + (done + 1) + " of " + steps + " steps");
            }
        }
    }

    /** The current estimates of the images, in the batch's order. */
    List<RgbImage> previews() {
        return pixels(rgb -> engine.preview(run, rgb));
    }

    /** The images, in the batch's order, once all steps are done. */
    List<GeneratedImage> finish() {
        Stopwatch watch = new Stopwatch();
        List<RgbImage> pixels = pixels(rgb -> engine.decode(run, rgb));
        double decodeMs = watch.lap();
        double total =
                decodeMs + stepMs.stream().mapToDouble(Double::doubleValue).sum();
        for (double before : beforeMs) {
            total += before;
        }
        Timings timings = new Timings(beforeMs[0], beforeMs[1], stepMs, decodeMs, total);
        List<GeneratedImage> images = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            images.add(new GeneratedImage(pixels.get(i), batch.requests().get(i), modelHash, timings));
        }
        return images;
    }

    @Override
    public void close() {
        engine.release(run);
    }

    private List<RgbImage> pixels(Consumer<ByteBuffer> source) {
        int width = batch.first().width();
        int height = batch.first().height();
        int bytes = width * height * 3;
        ByteBuffer all = ByteBuffer.allocateDirect(Math.multiplyExact(bytes, batch.size()));
        source.accept(all);
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            images.add(new RgbImage(width, height, all.slice(i * bytes, bytes)));
        }
        return images;
    }
}

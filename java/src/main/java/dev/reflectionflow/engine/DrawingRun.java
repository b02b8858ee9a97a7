package dev.reflectionflow.engine;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.Execution;
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
    private final Drawing.Preparation before;
    private final List<Double> stepMs = new ArrayList<>();
    private double totalMs;
    private long nativeNanos;
    private boolean released;

    /**
     * @param run handle of the native run, released with this object
     */
    DrawingRun(NativeEngine engine, long run, Batch batch, String modelHash, Drawing.Preparation before) {
        this.engine = engine;
        this.run = run;
        this.batch = batch;
        this.modelHash = modelHash;
        this.before = before;
        totalMs = before.totalMs();
        nativeNanos = engine.computeNanos() - before.computed();
    }

    /** Denoises until so many steps are done. */
    void stepTo(int last, GenerationListener listener, BooleanSupplier cancelled) {
        long computed = engine.computeNanos();
        Stopwatch watch = new Stopwatch();
        denoise(last, listener, cancelled);
        totalMs += watch.total();
        nativeNanos += engine.computeNanos() - computed;
    }

    private void denoise(int last, GenerationListener listener, BooleanSupplier cancelled) {
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

    /** The images, in the batch's order, once all steps are done; gives the native run back. */
    List<GeneratedImage> finish() {
        long computed = engine.computeNanos();
        Stopwatch watch = new Stopwatch();
        List<RgbImage> pixels = pixels(rgb -> engine.decode(run, rgb));
        double decodeMs = watch.lap();
        Execution execution = EngineText.execution(engine.describeRun(run));
        close();
        double nativeMs = (nativeNanos + engine.computeNanos() - computed) / 1e6;
        Timings timings = new Timings(
                before.textMs(),
                before.conditionMs(),
                before.prepareMs(),
                stepMs,
                decodeMs,
                nativeMs,
                totalMs + watch.total());
        List<GeneratedImage> images = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            images.add(new GeneratedImage(pixels.get(i), batch.requests().get(i), modelHash, timings, execution));
        }
        return images;
    }

    @Override
    public void close() {
        if (!released) {
            released = true;
            engine.release(run);
        }
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

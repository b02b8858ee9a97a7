package dev.reflectionflow.bench;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.FluxEngine;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Runs an engine one denoising step at a time: its thread waits in the listener after each. Handing over costs some tens
 * of microseconds, beside steps of milliseconds.
 */
final class Stepper implements AutoCloseable {
    /** The most that a request may have. */
    private static final int STEPS_OF_A_RUN = 1000;

    private final FluxEngine engine;
    private final GenerationRequest request;
    private final Semaphore wanted = new Semaphore(0);
    private final Semaphore done = new Semaphore(0);
    private volatile boolean closed;
    private volatile Throwable failure;

    /** Prepares a run and does its first step; closes the engine with this object. */
    Stepper(FluxEngine engine, int width, int height) throws InterruptedException {
        this.engine = engine;
        this.request = GenerationRequest.builder("a photo of a red circle")
                .size(width, height)
                .steps(STEPS_OF_A_RUN)
                .seed(1L)
                .build();
        begin();
        awaitStep();
    }

    /** One step; every thousandth time a new run is prepared as well. */
    void step() throws InterruptedException {
        wanted.release();
        awaitStep();
    }

    private void awaitStep() throws InterruptedException {
        done.acquire();
        if (failure != null) {
            throw new IllegalStateException("the engine failed", failure);
        }
    }

    private void begin() {
        GenerationListener listener = new GenerationListener() {
            @Override
            public boolean onStep(int step, int steps, Supplier<List<RgbImage>> preview) {
                done.release();
                wanted.acquireUninterruptibly();
                if (step == steps && !closed) {
                    begin();
                }
                return step < steps && !closed;
            }
        };
        CompletableFuture<List<GeneratedImage>> unused =
                engine.submit(List.of(request), listener).whenComplete((images, thrown) -> fail(thrown));
    }

    /** A run that is ended before its last step is cancelled; whatever else ends one must not leave a step waited for. */
    private void fail(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (cause != null && !(cause instanceof EngineException known && known.code() == ErrorCode.CANCELLED)) {
            failure = cause;
            done.release();
        }
    }

    @Override
    public void close() {
        closed = true;
        wanted.release();
        engine.close();
    }
}

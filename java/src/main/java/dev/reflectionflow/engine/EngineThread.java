package dev.reflectionflow.engine;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The one thread that calls native code: OpenMP keeps a pool of its own for every thread that does. */
final class EngineThread {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(EngineThread::daemon);

    /**
     * Queues work; it is given a way to ask whether its future was cancelled meanwhile.
     *
     * @throws IllegalStateException after {@link #close}
     */
    <T> CompletableFuture<T> submit(Function<BooleanSupplier, T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        try {
            thread.execute(() -> complete(future, work));
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the engine is closed", e);
        }
        return future;
    }

    /** Lets the queue run dry, then the last work, then ends; does nothing when called again. */
    void close(Runnable last) {
        if (!thread.isShutdown()) {
            CompletableFuture<Void> closed = submit(cancelled -> {
                last.run();
                return null;
            });
            thread.shutdown();
            await(closed);
        }
    }

    /** The future's value, or its {@link EngineException} itself. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CancellationException e) {
            throw new EngineException(ErrorCode.CANCELLED, "cancelled", e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static <T> void complete(CompletableFuture<T> future, Function<BooleanSupplier, T> work) {
        if (future.isDone()) {
            return;
        }
        try {
            future.complete(work.apply(future::isDone));
        } catch (Throwable e) {
            future.completeExceptionally(e);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "reflectionflow-engine");
        thread.setDaemon(true);
        return thread;
    }
}

package dev.reflectionflow.engine;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The one thread that calls native code: OpenMP keeps a pool of its own for every thread that does. */
final class EngineThread {
    private final ExecutorService executor = Executors.newSingleThreadExecutor(this::daemon);
    private volatile Thread thread;
    private CompletableFuture<Void> closed;

    /**
     * Queues work; it is given a way to ask whether its future was cancelled meanwhile.
     *
     * @throws IllegalStateException after {@link #close}
     */
    <T> CompletableFuture<T> submit(Function<BooleanSupplier, T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        try {
            executor.execute(() -> complete(future, work));
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the engine is closed", e);
        }
        return future;
    }

    /**
     * Lets the queue run dry, then the last work, then ends. Whoever calls it again, or meanwhile, waits for the same end;
     * an interrupt waits too, for memory in use cannot be given back.
     */
    void close(Runnable last) {
        refuseOwnThread();
        CompletableFuture<Void> end;
        synchronized (this) {
            if (closed == null) {
                closed = submit(cancelled -> {
                    last.run();
                    return null;
                });
                executor.shutdown();
            }
            end = closed;
        }
        try {
            end.join();
        } catch (CompletionException e) {
            throw unwrapped(e.getCause());
        }
    }

    /**
     * The future's value, or its exception itself. An interrupt cancels the work.
     *
     * @throws EngineException {@code CANCELLED} when the future was cancelled or this thread interrupted
     * @throws IllegalStateException on the engine's own thread, which would wait for itself
     */
    <T> T await(CompletableFuture<T> future) {
        refuseOwnThread();
        try {
            return future.get();
        } catch (CancellationException e) {
            throw new EngineException(ErrorCode.CANCELLED, "cancelled", e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new EngineException(ErrorCode.CANCELLED, "interrupted", e);
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        }
    }

    private static RuntimeException unwrapped(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException exception ? exception : new IllegalStateException(cause);
    }

    private void refuseOwnThread() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("a listener cannot wait for the engine whose thread calls it");
        }
    }

    private static <T> void complete(CompletableFuture<T> future, Function<BooleanSupplier, T> work) {
        if (future.isDone()) {
            return;
        }
        try {
            future.complete(work.apply(future::isDone));
        } catch (OutOfMemoryError e) {
            future.completeExceptionally(new EngineException(
                    ErrorCode.OUT_OF_MEMORY, "the Java process is out of memory: " + e.getMessage(), e));
        } catch (Throwable e) {
            future.completeExceptionally(DeviceMemory.explained(e));
        }
    }

    private Thread daemon(Runnable work) {
        Thread made = new Thread(work, "reflectionflow-engine");
        made.setDaemon(true);
        thread = made;
        return made;
    }
}

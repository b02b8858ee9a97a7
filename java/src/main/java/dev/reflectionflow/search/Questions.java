package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Questions to one role, several at once; every question's answer is found by its own future. */
final class Questions implements AutoCloseable {
    private static final long LOOK_UP_MS = 100;

    private final ExecutorService threads;

    Questions(String role, int concurrency) {
        threads = Executors.newFixedThreadPool(concurrency, task -> {
            Thread thread = new Thread(task, role);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Queues a question. */
    <T> Future<T> ask(Callable<T> question) {
        try {
            return threads.submit(question);
        } catch (RejectedExecutionException e) {
            throw stopped(e);
        }
    }

    /** Whether it was closed: answers from then on may be no more than the interruption of their questions. */
    boolean isClosed() {
        return threads.isShutdown();
    }

    /** Waits for an answer, or until the search is cancelled. */
    static <T> T await(Future<T> answer, BooleanSupplier cancelled) {
        while (true) {
            try {
                return answer.get(LOOK_UP_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (cancelled.getAsBoolean()) {
                    answer.cancel(true);
                    throw stopped(e);
                }
            } catch (CancellationException e) {
                throw stopped(e);
            } catch (ExecutionException e) {
                throw unwrapped(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw stopped(e);
            }
        }
    }

    static EngineException stopped(Exception cause) {
        return new EngineException(ErrorCode.CANCELLED, "the search was stopped", cause);
    }

    private static RuntimeException unwrapped(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known
                ? known
                : new EngineException(ErrorCode.INTERNAL, "asking failed: " + cause, cause);
    }

    /** Ends what is asked now; whoever waits for an answer is told that the search was stopped. */
    @Override
    public void close() {
        for (Runnable waiting : threads.shutdownNow()) {
            if (waiting instanceof Future<?> answer) {
                answer.cancel(true);
            }
        }
    }
}

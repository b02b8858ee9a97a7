package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Works at several prompts at a time, begun in their order. While the roles think about one, the engine draws for another.
 * The first failure ends them all.
 *
 * @param <T> what a prompt ends with
 */
final class PromptsInFlight<T> {
    private final List<Supplier<T>> prompts;
    private final Runnable end;
    private final AtomicReferenceArray<T> results;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** @param end tells the prompts in work to end soon */
    PromptsInFlight(List<Supplier<T>> prompts, Runnable end) {
        this.prompts = List.copyOf(prompts);
        this.end = end;
        results = new AtomicReferenceArray<>(prompts.size());
    }

    /** The results in the prompts' order; when this returns or throws, no work goes on. */
    List<T> run(int atOnce) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Math.min(atOnce, prompts.size()); i++) {
            Thread thread = new Thread(this::work, "prompt");
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        threads.forEach(this::join);
        if (failure.get() instanceof Error error) {
            throw error;
        }
        if (failure.get() instanceof RuntimeException exception) {
            throw exception;
        }
        List<T> all = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            all.add(results.get(i));
        }
        return all;
    }

    private void work() {
        for (int i = next.getAndIncrement(); i < prompts.size() && failure.get() == null; i = next.getAndIncrement()) {
            try {
                results.set(i, prompts.get(i).get());
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }
    }

    private void fail(Throwable cause) {
        if (failure.compareAndSet(null, cause)) {
            end.run();
        }
    }

    /** Waits for the thread's end, also when interrupted: what it works with is closed afterwards. */
    private void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                fail(new EngineException(ErrorCode.CANCELLED, "interrupted while searching", e));
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

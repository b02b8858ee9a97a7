package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.feedback.Verifier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Has images judged, several at once where the verifier likes that; answers come back in the order of the questions. */
final class Judging implements AutoCloseable {
    private final Verifier verifier;
    private final ExecutorService threads;

    Judging(Verifier verifier) {
        this.verifier = verifier;
        threads = Executors.newFixedThreadPool(verifier.concurrency(), task -> {
            Thread thread = new Thread(task, "verifier");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A score and what it took. */
    record Verdict(Score score, double milliseconds) {}

    /** Hands an image over. */
    Future<Verdict> ask(Supplier<RgbImage> image, SearchPrompt prompt) {
        return threads.submit(() -> {
            long start = System.nanoTime();
            Score score;
            try {
                score = verifier.judge(image.get(), prompt.text(), prompt.metadata());
            } catch (EngineException e) {
                throw e;
            } catch (RuntimeException e) {
                // a verifier from elsewhere may throw; one candidate's failure must not end the run
                score = Score.unscored("the verifier failed: " + e);
            }
            return new Verdict(score, (System.nanoTime() - start) / 1e6);
        });
    }

    /** Waits for an answer. */
    static Verdict await(Future<Verdict> verdict) {
        try {
            return verdict.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new EngineException(ErrorCode.INTERNAL, "judging failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(ErrorCode.CANCELLED, "interrupted while judging", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

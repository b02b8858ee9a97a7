package dev.reflectionflow.feedback;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.RgbImage;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Judges each image once for each prompt, by the image's bytes. A second question costs nothing; while the first is under
 * way it waits for that and shares what comes of it. Failures are not kept.
 */
public final class CachingVerifier implements Verifier {
    private final Verifier verifier;
    private final Map<Question, CompletableFuture<Score>> scores = new ConcurrentHashMap<>();

    /** Asks this one where it must. */
    public CachingVerifier(Verifier verifier) {
        this.verifier = Objects.requireNonNull(verifier, "verifier");
    }

    private record Question(String image, String prompt, Map<String, Object> metadata) {}

    @Override
    public String name() {
        return verifier.name();
    }

    @Override
    public Map<String, Object> description() {
        return verifier.description();
    }

    @Override
    public int concurrency() {
        return verifier.concurrency();
    }

    @Override
    public void checkReady() {
        verifier.checkReady();
    }

    @Override
    public double worst() {
        return verifier.worst();
    }

    @Override
    public double best() {
        return verifier.best();
    }

    @Override
    public double normalised(double value) {
        return verifier.normalised(value);
    }

    @Override
    public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
        Question question = new Question(image.sha256(), prompt, new HashMap<>(metadata));
        while (true) {
            CompletableFuture<Score> mine = new CompletableFuture<>();
            CompletableFuture<Score> first = scores.putIfAbsent(question, mine);
            if (first == null) {
                return ask(question, mine, image, metadata);
            }
            try {
                return first.get().costing(Usage.NONE);
            } catch (ExecutionException e) {
                // what ended the other's question, such as its cancellation, need not end this one
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EngineException(ErrorCode.CANCELLED, "interrupted while waiting for a score", e);
            }
        }
    }

    private Score ask(Question question, CompletableFuture<Score> mine, RgbImage image, Map<String, Object> metadata) {
        try {
            Score score = verifier.judge(image, question.prompt(), metadata);
            if (score.isFailure()) {
                scores.remove(question, mine);
            }
            mine.complete(score);
            return score;
        } finally {
            // before the waiting ones wake, so that one of them can be the next first
            if (!mine.isDone()) {
                scores.remove(question, mine);
                mine.completeExceptionally(new IllegalStateException("ended without a score"));
            }
        }
    }
}

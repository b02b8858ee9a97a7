package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.feedback.Verifier;
import dev.reflectionflow.image.PngReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

/** Has files judged, as many at once as the verifier likes; answers are joined to the files by their places. */
final class ScoreImages {
    private ScoreImages() {}

    /**
     * A question.
     *
     * @param prompt what the image should show
     * @param metadata the prompt's row
     */
    record Question(Path file, String prompt, Map<String, Object> metadata) {}

    /**
     * Asks all questions.
     *
     * @param answers hears each answer, in the questions' order, as soon as those before it are there
     * @throws EngineException {@code INVALID_FILE} where a file holds no picture
     */
    static void judge(Verifier verifier, List<Question> questions, BiConsumer<Question, Score> answers) {
        ExecutorService threads = Executors.newFixedThreadPool(verifier.concurrency(), task -> {
            Thread thread = new Thread(task, "verifier");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<Score>> asked = new ArrayList<>();
            questions.forEach(question -> asked.add(threads.submit(() -> judge(verifier, question))));
            for (int i = 0; i < asked.size(); i++) {
                answers.accept(questions.get(i), answer(asked.get(i)));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Score judge(Verifier verifier, Question question) {
        return verifier.judge(PngReader.read(question.file()).image(), question.prompt(), question.metadata());
    }

    private static Score answer(Future<Score> asked) {
        try {
            return asked.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException known) {
                throw known;
            }
            throw new IllegalStateException("a verifier failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(ErrorCode.CANCELLED, "interrupted", e);
        }
    }
}

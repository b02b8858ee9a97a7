package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.feedback.Advice;
import dev.reflectionflow.feedback.Attempt;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.feedback.Usage;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/** The roles, each with as many threads as it has use for; what one of them throws becomes a failed answer. */
final class Services implements AutoCloseable {
    private final Roles roles;
    private final Questions verifier;
    private final Questions reflector;
    private final Questions refiner;

    Services(Roles roles) {
        this.roles = roles;
        verifier = new Questions("verifier", roles.verifier().concurrency());
        reflector = new Questions(
                "reflector", roles.reflector().map(role -> role.concurrency()).orElse(1));
        refiner = new Questions(
                "refiner", roles.refiner().map(role -> role.concurrency()).orElse(1));
    }

    /** An answer and what it took. */
    record Answer<T>(T value, double milliseconds) {}

    Roles roles() {
        return roles;
    }

    Future<Answer<Score>> judge(Supplier<RgbImage> image, SearchPrompt prompt) {
        return ask(
                verifier,
                () -> roles.verifier().judge(image.get(), prompt.text(), prompt.metadata()),
                why -> Score.unscored("the verifier failed: " + why));
    }

    Future<Answer<Advice>> reflect(Attempt attempt) {
        return ask(
                reflector,
                () -> roles.reflector().orElseThrow().reflect(attempt),
                why -> Advice.failed("the reflector failed: " + why, Usage.NONE));
    }

    Future<Answer<Advice>> refine(Attempt attempt, String newest) {
        return ask(
                refiner,
                () -> roles.refiner().orElseThrow().refine(attempt, newest),
                why -> Advice.failed("the refiner failed: " + why, Usage.NONE));
    }

    private static <T> Future<Answer<T>> ask(Questions role, Supplier<T> question, Function<String, T> failure) {
        return role.ask(() -> {
            long start = System.nanoTime();
            T value;
            try {
                value = question.get();
            } catch (EngineException e) {
                throw e;
            } catch (RuntimeException e) {
                // a role from elsewhere may throw; one answer's failure must not end the run
                value = failure.apply(e.toString());
            }
            if (role.isClosed()) {
                throw Questions.stopped(null);
            }
            return new Answer<>(value, (System.nanoTime() - start) / 1e6);
        });
    }

    @Override
    public void close() {
        verifier.close();
        reflector.close();
        refiner.close();
    }
}

package dev.reflectionflow.search;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.feedback.Advice;
import dev.reflectionflow.feedback.Attempt;
import dev.reflectionflow.feedback.PromptRefiner;
import dev.reflectionflow.feedback.Reflector;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.feedback.Usage;
import dev.reflectionflow.feedback.Verifier;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Roles that answer by a rule. */
final class TestRoles {
    static final Usage COST = new Usage(1, 10, 5);

    private TestRoles() {}

    /** Asked by several threads at once. */
    static Verifier verifier(int concurrency, BiFunction<RgbImage, String, Score> rule) {
        return new Verifier() {
            @Override
            public String name() {
                return "rule";
            }

            @Override
            public int concurrency() {
                return concurrency;
            }

            @Override
            public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
                return rule.apply(image, prompt);
            }
        };
    }

    /** Scores in the order of the calls; the last one holds on. */
    static Verifier scores(double... values) {
        AtomicInteger calls = new AtomicInteger();
        return verifier(1, (image, prompt) -> scored(values[Math.min(calls.getAndIncrement(), values.length - 1)]));
    }

    /** A score that follows from the pixels, so that it tells which image it belongs to. */
    static Score byPixels(RgbImage image) {
        return scored(Math.floorMod(image.sha256().hashCode(), 100_000) / 1e5);
    }

    static Score scored(double value) {
        return Score.scored(value, Map.of(), "");
    }

    static Reflector reflector(Function<Attempt, Advice> rule) {
        return new Reflector() {
            @Override
            public String name() {
                return "rule";
            }

            @Override
            public int concurrency() {
                return 4;
            }

            @Override
            public Advice reflect(Attempt attempt) {
                return rule.apply(attempt);
            }
        };
    }

    static PromptRefiner refiner(BiFunction<Attempt, String, Advice> rule) {
        return new PromptRefiner() {
            @Override
            public String name() {
                return "rule";
            }

            @Override
            public int concurrency() {
                return 4;
            }

            @Override
            public Advice refine(Attempt attempt, String newest) {
                return rule.apply(attempt, newest);
            }
        };
    }

    /** A reflection that names the image that it is about. */
    static String reflectionOn(RgbImage image) {
        return "mend " + image.sha256().substring(0, 8);
    }

    static Reflector naming() {
        return reflector(attempt -> Advice.given(reflectionOn(attempt.image()), COST));
    }

    /** Refined prompts that say which prompt, image and reflection they come from. */
    static PromptRefiner tracing() {
        return refiner((attempt, newest) -> Advice.given(
                attempt.currentPrompt() + " <" + attempt.image().sha256().substring(0, 8) + "|" + newest + ">", COST));
    }
}

package dev.reflectionflow.feedback;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** What tests of the services ask with, and the same question put to each role. */
final class Asking {
    static final String KEY = "sk-secret-0123456789";
    static final RgbImage IMAGE = image(0);

    private Asking() {}

    /** A picture unlike those of other numbers. */
    static RgbImage image(int number) {
        return new RgbImage(1, 1, ByteBuffer.wrap(new byte[] {(byte) number, 2, 3}));
    }

    static ServiceSettingsBuilder settings(String url) {
        return ServiceSettings.builder(url, "judge-1")
                .attempts(4)
                .firstDelay(Duration.ofMillis(5))
                .deadline(Duration.ofSeconds(20))
                .concurrency(3)
                .seed(7);
    }

    static Attempt attempt(RgbImage image, String prompt) {
        return new Attempt(image, prompt, "current " + prompt, "Add a bow.", Score.scored(3, Map.of(), "too few"));
    }

    /** What came of a question: a score or an advice, as far as they are alike. */
    record Outcome(boolean failed, String words, Usage usage) {
        static Outcome of(Score score) {
            return new Outcome(score.isFailure(), score.explanation(), score.usage());
        }

        static Outcome of(Advice advice) {
            return new Outcome(advice.isFailure(), advice.text() + advice.explanation(), advice.usage());
        }
    }

    /** One of the roles that a service can have. */
    enum Role {
        VERIFIER("verifier", ChatStub.verdict(5), (settings, key) -> {
            OpenAiVerifier verifier = new OpenAiVerifier(settings, key);
            return new Asker(verifier, () -> Outcome.of(verifier.judge(IMAGE, "p", Map.of())));
        }),
        YES_NO("verifier", ChatStub.message("yes"), (settings, key) -> {
            YesNoVerifier verifier = new YesNoVerifier(settings, key, warning -> {});
            return new Asker(verifier, () -> Outcome.of(verifier.judge(IMAGE, "p", Map.of())));
        }),
        REFLECTOR(
                "reflector",
                ChatStub.message("{\"satisfied\": false, \"instructions\": [\"Add it.\"]}"),
                (settings, key) -> {
                    OpenAiReflector reflector = new OpenAiReflector(settings, key);
                    return new Asker(reflector, () -> Outcome.of(reflector.reflect(attempt(IMAGE, "p"))));
                }),
        RELEASED_REFLECTOR("reflector", ChatStub.message("Add it."), (settings, key) -> {
            ReleasedReflector reflector = new ReleasedReflector(settings, key);
            return new Asker(reflector, () -> Outcome.of(reflector.reflect(attempt(IMAGE, "p"))));
        }),
        REFINER("refiner", ChatStub.message("a better p"), (settings, key) -> {
            OpenAiRefiner refiner = new OpenAiRefiner(settings, key);
            return new Asker(refiner, () -> Outcome.of(refiner.refine(attempt(IMAGE, "p"), "Add it.")));
        });

        final String word;
        final String goodAnswer;

        @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
        private final BiFunction<ServiceSettings, String, Asker> maker;

        Role(String word, String goodAnswer, BiFunction<ServiceSettings, String, Asker> maker) {
            this.word = word;
            this.goodAnswer = goodAnswer;
            this.maker = maker;
        }

        Asker at(String url) {
            return with(settings(url).build());
        }

        Asker with(ServiceSettings settings) {
            return maker.apply(settings, KEY);
        }
    }

    /** A role that is ready to be asked. */
    record Asker(ChatRole role, Supplier<Outcome> question) {
        Outcome ask() {
            return question.get();
        }
    }

    /** An answer whose likeliest first tokens, in this order, have these log-probabilities. */
    @SafeVarargs
    static String firstToken(String text, Map.Entry<String, Double>... likeliest) {
        ObjectNode answer = ChatStub.answer(text);
        ObjectNode first = ((ObjectNode) answer.at("/choices/0"))
                .putObject("logprobs")
                .putArray("content")
                .addObject();
        first.put("token", likeliest[0].getKey()).put("logprob", likeliest[0].getValue());
        ArrayNode top = first.putArray("top_logprobs");
        for (Map.Entry<String, Double> entry : likeliest) {
            top.addObject().put("token", entry.getKey()).put("logprob", entry.getValue());
        }
        return answer.toString();
    }
}

package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.RgbImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * B1: results belong to the image that was asked about, however late it is answered; the published code takes them in the
 * order in which they come.
 */
class AnswersInAnyOrderTest {
    private static final int IMAGES = 6;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<CountDownLatch> answered = new ArrayList<>();

    AnswersInAnyOrderTest() {
        for (int i = 0; i < IMAGES; i++) {
            numbers.put(ImageEncoding.PNG.dataUrl(Asking.image(i)), i);
            answered.add(new CountDownLatch(1));
        }
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    /** A service that answers every request only after the request about the next picture. */
    private ChatStub lastFirst(IntFunction<String> answer) throws Exception {
        return new ChatStub((n, request, exchange) -> {
            int number = numbers.get(ChatStub.picture(request));
            if (number + 1 < IMAGES) {
                answered.get(number + 1).await();
            }
            ChatStub.ok(exchange, answer.apply(number));
            answered.get(number).countDown();
        });
    }

    private <T> List<T> all(Function<RgbImage, T> question) {
        List<CompletableFuture<T>> answers = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            RgbImage image = Asking.image(i);
            answers.add(CompletableFuture.supplyAsync(() -> question.apply(image), threads));
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private static ServiceSettings settings(ChatStub stub) {
        return Asking.settings(stub.url()).concurrency(IMAGES).build();
    }

    @Test
    void scoresGoToTheirImages() throws Exception {
        try (ChatStub stub = lastFirst(ChatStub::verdict)) {
            OpenAiVerifier verifier = new OpenAiVerifier(settings(stub), "");
            assertThat(all(image -> verifier.judge(image, "p", Map.of()).value()))
                    .containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
        }
    }

    @Test
    void reflectionsGoToTheirImages() throws Exception {
        try (ChatStub stub = lastFirst(n -> ChatStub.message("Add " + n + "."))) {
            ReleasedReflector reflector = new ReleasedReflector(settings(stub), "");
            assertThat(all(image ->
                            reflector.reflect(Asking.attempt(image, "p")).text()))
                    .containsExactly("Add 0.", "Add 1.", "Add 2.", "Add 3.", "Add 4.", "Add 5.");
        }
    }

    @Test
    void promptsGoToTheirImagesAndAFailureTakesNoOthersPlace() throws Exception {
        try (ChatStub stub = lastFirst(n -> ChatStub.message(n == 2 ? " " : "prompt " + n))) {
            ServiceSettings once =
                    Asking.settings(stub.url()).concurrency(IMAGES).attempts(1).build();
            OpenAiRefiner refiner = new OpenAiRefiner(once, "");
            assertThat(all(image ->
                            refiner.refine(Asking.attempt(image, "p"), "").text()))
                    .containsExactly("prompt 0", "prompt 1", "", "prompt 3", "prompt 4", "prompt 5");
        }
    }

    /** Every picture meets its own faults before its answer; nothing gets lost, and the books agree with the service's. */
    @Test
    void scoresAndCountsAreRightInAllConfusion() throws Exception {
        Map<Integer, AtomicInteger> attempts = new ConcurrentHashMap<>();
        try (ChatStub stub = new ChatStub((n, request, exchange) -> {
            int number = numbers.get(ChatStub.picture(request));
            int attempt = attempts.computeIfAbsent(number, unused -> new AtomicInteger())
                    .getAndIncrement();
            Thread.sleep((number * 7 + attempt * 5) % 11);
            if (attempt < number % 5) {
                Fault.values()[(number + attempt) % Fault.values().length].answer(n, request, exchange);
            } else {
                ChatStub.ok(exchange, ChatStub.verdict(number));
            }
        })) {
            OpenAiVerifier verifier =
                    new OpenAiVerifier(Asking.settings(stub.url()).build(), "");
            List<Score> scores = all(image -> verifier.judge(image, "p", Map.of()));
            // the fifth picture meets more faults than there are attempts
            assertThat(scores).extracting(Score::isFailure).containsExactly(false, false, false, false, true, false);
            assertThat(scores).extracting(Score::value).containsExactly(0.0, 1.0, 2.0, 3.0, 0.0, 5.0);
            Usage sum = scores.stream().map(Score::usage).reduce(Usage.NONE, Usage::plus);
            assertThat(sum).isEqualTo(new Usage(stub.requests.size(), 500, 50));
            assertThat(sum.calls()).isEqualTo(1 + 2 + 3 + 4 + 4 + 1);
        }
    }

    @Test
    void noMoreRequestsAreUnderWayThanAllowed() throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) -> {
            Thread.sleep(30);
            ChatStub.ok(exchange, ChatStub.verdict(1));
        })) {
            OpenAiVerifier verifier =
                    new OpenAiVerifier(Asking.settings(stub.url()).build(), "");
            all(image -> verifier.judge(image, "p", Map.of()));
            assertThat(stub.mostAtOnce.get()).isBetween(2, 3);
        }
    }
}

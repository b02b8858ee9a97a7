package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.RgbImage;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CachingVerifierTest {
    private static final Usage COST = new Usage(1, 10, 1);

    private final AtomicInteger judged = new AtomicInteger();
    private final Queue<Supplier<Score>> answers = new ArrayDeque<>();
    private final CachingVerifier verifier = new CachingVerifier(new Verifier() {
        @Override
        public String name() {
            return "counting";
        }

        @Override
        public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
            int number = judged.getAndIncrement();
            Supplier<Score> answer = answers.poll();
            return answer != null
                    ? answer.get()
                    : Score.scored(number, Map.of(), "").costing(COST);
        }
    });

    private Score judge(int image, String prompt) {
        return verifier.judge(Asking.image(image), prompt, Map.of());
    }

    /** B19: the published code verifies every image twice. */
    @Test
    void judgesEachImageOnceForEachPrompt() {
        assertThat(judge(1, "a").value()).isEqualTo(0);
        assertThat(judge(1, "a")).isEqualTo(Score.scored(0, Map.of(), ""));
        assertThat(judge(2, "a").value()).isEqualTo(1);
        assertThat(judge(1, "b").value()).isEqualTo(2);
        assertThat(verifier.judge(Asking.image(1), "a", Map.of("tag", "colors")).value())
                .isEqualTo(3);
        assertThat(judged).hasValue(4);
    }

    @Test
    void asksAgainAfterAFailure() {
        answers.add(() -> Score.unscored("oops").costing(COST));
        answers.add(() -> {
            throw new EngineException(ErrorCode.SERVICE, "gone");
        });
        assertThat(judge(1, "a").isFailure()).isTrue();
        assertThatThrownBy(() -> judge(1, "a")).hasMessage("gone");
        assertThat(judge(1, "a").value()).isEqualTo(2);
    }

    @Test
    void duplicatesWaitForTheFirstAndPayNothing() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        answers.add(() -> {
            asked.countDown();
            await(release);
            return Score.scored(7, Map.of(), "").costing(COST);
        });
        CompletableFuture<Score> first = CompletableFuture.supplyAsync(() -> judge(1, "a"));
        asked.await();
        List<CompletableFuture<Score>> others = List.of(
                CompletableFuture.supplyAsync(() -> judge(1, "a")), CompletableFuture.supplyAsync(() -> judge(1, "a")));
        release.countDown();
        assertThat(first.get().usage()).isEqualTo(COST);
        for (CompletableFuture<Score> other : others) {
            assertThat(other.get()).isEqualTo(Score.scored(7, Map.of(), ""));
        }
        assertThat(judged).hasValue(1);
    }

    @Test
    void aWaitingOneAsksItselfWhereTheFirstIsCancelled() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        answers.add(() -> {
            asked.countDown();
            await(release);
            throw new EngineException(ErrorCode.CANCELLED, "stop");
        });
        CompletableFuture<Score> first = CompletableFuture.supplyAsync(() -> judge(1, "a"));
        asked.await();
        CompletableFuture<Score> second = CompletableFuture.supplyAsync(() -> judge(1, "a"));
        release.countDown();
        assertThat(second.get().value()).isEqualTo(1);
        assertThat(first).isCompletedExceptionally();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

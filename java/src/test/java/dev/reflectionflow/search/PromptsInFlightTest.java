package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.run.JournalRecord;
import dev.reflectionflow.run.RecordedRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts that are worked at together. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PromptsInFlightTest extends FlowFixture {
    private static final List<SearchPrompt> PROMPTS = List.of(
            SearchPrompt.of(0, "a red circle"), SearchPrompt.of(1, "a star"), SearchPrompt.of(2, "a blue square"));

    private SearchResult run(FlowConfigBuilder config, Roles roles, ScenePainter generator, SearchListener listener) {
        return new ReflectionFlow(config.build(), generator, CODEC, roles)
                .run(PROMPTS, folder.resolve("run"), listener);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new EngineException(ErrorCode.CANCELLED, "interrupted", e);
        }
    }

    /** The verifier, offline or a service, says nothing of the first prompt until the engine has drawn for the second. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theEngineDrawsForOnePromptWhileAnotherIsJudged(int concurrency) {
        CountDownLatch second = new CountDownLatch(1);
        ScenePainter engine = new ScenePainter("m") {
            @Override
            public List<GeneratedImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
                List<GeneratedImage> images = super.generate(requests, listener);
                if (requests.get(0).prompt().equals("a star")) {
                    second.countDown();
                }
                return images;
            }
        };
        AtomicBoolean waitedInVain = new AtomicBoolean();
        Roles roles = Roles.of(TestRoles.verifier(concurrency, (image, prompt) -> {
            if (prompt.equals("a red circle") && !await(second)) {
                waitedInVain.set(true);
            }
            return TestRoles.byPixels(image);
        }));
        SearchResult result = run(flow(2, 1), roles, engine, SearchListener.NONE);
        assertThat(waitedInVain).isFalse();
        assertThat(result.prompts()).extracting(one -> one.prompt().index()).containsExactly(0, 1, 2);
    }

    @Test
    void onePromptAtATimeWhereThatIsAskedFor() {
        List<Integer> prompts = new ArrayList<>();
        run(flow(2, 1).promptsAtOnce(1), Roles.of(TestRoles.scores(0.5)), painter, new SearchListener() {
            @Override
            public void candidateDone(Candidate candidate, boolean resumed) {
                prompts.add(candidate.promptIndex());
            }
        });
        assertThat(prompts).containsExactly(0, 0, 1, 1, 2, 2);
    }

    @Test
    void togetherOrOneByOneTheResultsAreTheSame() {
        Roles roles = Roles.of(TestRoles.verifier(4, (image, prompt) -> TestRoles.byPixels(image)))
                .with(TestRoles.naming())
                .with(TestRoles.tracing());
        SearchResult together = run(flow(3, 2).promptsAtOnce(3), roles, painter, SearchListener.NONE);
        SearchResult oneByOne = new ReflectionFlow(flow(3, 2).promptsAtOnce(1).build(), painter, CODEC, roles)
                .run(PROMPTS, folder.resolve("again"), SearchListener.NONE);
        for (int i = 0; i < 3; i++) {
            assertThat(together.prompts().get(i).candidates())
                    .extracting(Candidate::sha256)
                    .isEqualTo(oneByOne.prompts().get(i).candidates().stream()
                            .map(Candidate::sha256)
                            .toList());
        }
    }

    /** The failure of one prompt is the run's, and the others end although their verifier would never answer. */
    @Test
    void aFailureEndsAllPrompts() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        Roles roles = Roles.of(TestRoles.verifier(2, (image, prompt) -> {
            if (prompt.equals("a star")) {
                asked.countDown();
                await(never);
            }
            assertThat(await(asked)).isTrue();
            throw new EngineException(ErrorCode.SERVICE, "the key is wrong");
        }));
        assertThatThrownBy(() -> run(flow(2, 1).promptsAtOnce(2), roles, painter, SearchListener.NONE))
                .hasMessage("the key is wrong");
        run(
                flow(2, 1).promptsAtOnce(2),
                Roles.of(TestRoles.verifier(2, (image, prompt) -> TestRoles.byPixels(image))),
                painter,
                SearchListener.NONE);
    }

    /** A verifier that is interrupted because another prompt failed has not failed: its image must be judged later. */
    @Test
    void whatTheEndInterruptsIsNoAnswer() {
        CountDownLatch asked = new CountDownLatch(1);
        Roles roles = Roles.of(TestRoles.verifier(2, (image, prompt) -> {
            if (prompt.equals("a star")) {
                asked.countDown();
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    throw new IllegalStateException("interrupted", e);
                }
            }
            assertThat(await(asked)).isTrue();
            throw new EngineException(ErrorCode.SERVICE, "the key is wrong");
        }));
        assertThatThrownBy(() -> run(flow(2, 1).promptsAtOnce(2), roles, painter, SearchListener.NONE))
                .hasMessage("the key is wrong");
        assertThat(RecordedRun.read(folder.resolve("run")).records().records(1))
                .hasOnlyElementsOfType(JournalRecord.Drawn.class);
    }

    @Test
    void aWishToStopEndsAllPromptsWhileTheyWait() {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger waiting = new AtomicInteger();
        Roles roles = Roles.of(TestRoles.verifier(3, (image, prompt) -> {
            waiting.incrementAndGet();
            await(never);
            return TestRoles.byPixels(image);
        }));
        SearchListener stopper = new SearchListener() {
            @Override
            public boolean isCancelled() {
                return waiting.get() == 3;
            }
        };
        assertThatThrownBy(() -> run(flow(2, 1).promptsAtOnce(3), roles, painter, stopper))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    }

    @Test
    void rowsAreNotShared() {
        assertThatThrownBy(() -> flow(flow(1, 1), Roles.of(TestRoles.scores(1)))
                        .run(List.of(PROMPT, PROMPT), folder, SearchListener.NONE))
                .hasMessageContaining("two prompts share row 0");
    }
}

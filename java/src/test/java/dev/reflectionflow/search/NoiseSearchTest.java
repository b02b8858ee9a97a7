package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.feedback.SceneVerifier;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.feedback.Verifier;
import dev.reflectionflow.image.ImageMetadata;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.run.Budget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoiseSearchTest {
    private static final List<SearchPrompt> PROMPTS =
            List.of(SearchPrompt.of(3, "a photo of a red circle"), SearchPrompt.of(4, "a photo of a star"));
    private static final FlowConfig CONFIG = flow(3, 4, 11);

    private static final PngCodec CODEC = new PngCodec("scenes", List.of(), "fp32");

    @TempDir
    private Path folder;

    private final ScenePainter painter = new ScenePainter("model-1");

    private SearchResult search(Verifier verifier) {
        return search(CONFIG, verifier, SearchListener.NONE);
    }

    private SearchResult search(FlowConfig config, Verifier verifier, SearchListener listener) {
        return new ReflectionFlow(config, painter, CODEC, Roles.of(verifier)).run(PROMPTS, folder, listener);
    }

    private static FlowConfig flow(int rounds, int branches, long seed) {
        return FlowConfig.builder()
                .rounds(rounds)
                .branches(branches)
                .seed(seed)
                .promptsAtOnce(1)
                .build();
    }

    private static SceneVerifier scene() {
        return new SceneVerifier(warning -> {});
    }

    @Test
    void drawsRoundsOfBranchesAndPicksTheBestOfThem() {
        SearchResult result = search(scene());
        assertThat(painter.batches).containsExactly(4, 4, 4, 4, 4, 4);
        assertThat(painter.drawn).extracting(request -> request.seed()).doesNotHaveDuplicates();
        assertThat(painter.drawn.get(5).seed()).isEqualTo(Seeds.derive(11, 3, 5));
        PromptResult stars = result.prompts().get(1);
        assertThat(stars.candidates())
                .extracting(Candidate::image)
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertThat(stars.candidates().get(6))
                .extracting(Candidate::round, Candidate::branch)
                .containsExactly(1, 2);
        Candidate best = stars.best();
        assertThat(best.score().value()).isGreaterThanOrEqualTo(0.9);
        assertThat(stars.candidates())
                .allMatch(c -> c.score().value() <= best.score().value());
        assertThat(stars.candidates().subList(0, best.image()))
                .allMatch(c -> c.score().value() < best.score().value());
        assertThat(best.file()).exists().hasParent(folder.resolve("00004/samples"));
        ImageMetadata text = ImageMetadata.fromText(best.file(), PngReader.readText(best.file()))
                .orElseThrow();
        assertThat(text.request().seed()).isEqualTo(best.request().seed());
        assertThat(text.extra()).containsEntry("round", String.valueOf(best.round()));
        assertThat(result.unscored()).isZero();
        assertThat(stars.budget())
                .isEqualTo(new Budget(12, 48, 0, 12, 0, 0, stars.budget().seconds()));
        assertThat(result.budget().networkEvaluations()).isEqualTo(96);
    }

    @Test
    void keepsDrawingOrderWhereThePromptCannotBeRead() {
        SearchResult result = new ReflectionFlow(CONFIG, painter, CODEC, Roles.of(scene()))
                .run(PromptSource.of("a photo of a bench"), folder, SearchListener.NONE);
        assertThat(result.prompts().get(0).best().image()).isZero();
        assertThat(result.unscored()).isZero();
    }

    @Test
    void keepsCandidatesThatCouldNotBeJudgedAndJudgesThemAgainLater() {
        AtomicBoolean healthy = new AtomicBoolean();
        Verifier moody = judge((image, number) -> {
            if (!healthy.get() && number == 2) {
                throw new IllegalStateException("no idea");
            }
            return healthy.get() || number != 5 ? Score.scored(number, Map.of(), "") : Score.unscored("busy");
        });
        SearchResult first = search(moody);
        assertThat(first.unscored()).isEqualTo(2);
        assertThat(first.prompts().get(0).candidates().get(2).score().explanation())
                .contains("no idea");
        assertThat(first.prompts().get(0).candidates()).hasSize(12);
        assertThat(first.prompts().get(0).best().image()).isEqualTo(11);
        healthy.set(true);
        SearchResult second = search(moody);
        assertThat(second.unscored()).isZero();
        assertThat(painter.drawn).hasSize(24);
        assertThat(second.budget().verifierCalls()).isEqualTo(26);
    }

    @Test
    void joinsScoresToTheirImagesWhateverOrderTheyComeIn() {
        Verifier slowAtFirst = new Verifier() {
            @Override
            public String name() {
                return "slow";
            }

            @Override
            public int concurrency() {
                return 4;
            }

            @Override
            public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
                int mark = Arrays.hashCode(image.toByteArray());
                try {
                    Thread.sleep(Math.floorMod(mark, 10));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return Score.scored(mark, Map.of(), "");
            }
        };
        search(slowAtFirst)
                .prompts()
                .forEach(result -> result.candidates()
                        .forEach(candidate -> assertThat(candidate.score().value())
                                .isEqualTo(Arrays.hashCode(
                                        CODEC.decode(candidate.file()).toByteArray()))));
    }

    @Test
    void doesNothingTwice() throws IOException {
        SearchResult first = search(scene());
        byte[] journal = Files.readAllBytes(folder.resolve("journal.jsonl"));
        List<Boolean> resumed = new ArrayList<>();
        SearchResult second = search(CONFIG, scene(), new SearchListener() {
            @Override
            public void candidateDone(Candidate candidate, boolean wasResumed) {
                resumed.add(wasResumed);
            }
        });
        assertThat(second).isEqualTo(first);
        assertThat(painter.drawn).hasSize(24);
        assertThat(resumed).hasSize(24).containsOnly(true);
        assertThat(folder.resolve("journal.jsonl")).hasBinaryContent(journal);
    }

    @Test
    void drawsALostImageAgain() throws IOException {
        SearchResult first = search(scene());
        Path lost = first.prompts().get(1).candidates().get(7).file();
        byte[] bytes = Files.readAllBytes(lost);
        Files.delete(lost);
        assertThat(search(scene()).prompts().get(1).best())
                .isEqualTo(first.prompts().get(1).best());
        assertThat(lost).hasBinaryContent(bytes);
        assertThat(painter.drawn).hasSize(25);
    }

    @Test
    void refusesToMixRuns() {
        search(scene());
        ScenePainter other = new ScenePainter("model-2");
        assertError(() -> search(flow(3, 4, 12), scene(), SearchListener.NONE), "seed 11, not 12");
        assertError(() -> search(flow(4, 4, 11), scene(), SearchListener.NONE), "rounds 3, not 4");
        assertError(() -> search(judge((image, number) -> Score.unscored(""))), "verifier.name");
        assertError(
                () -> new ReflectionFlow(CONFIG, other, CODEC, Roles.of(scene()))
                        .run(PROMPTS, folder, SearchListener.NONE),
                "model_hash");
        ScenePainter approximate = new ScenePainter("model-1") {
            @Override
            public Map<String, String> approximations() {
                return Map.of("cache_threshold", "0.1");
            }
        };
        assertError(
                () -> new ReflectionFlow(CONFIG, approximate, CODEC, Roles.of(scene()))
                        .run(PROMPTS, folder, SearchListener.NONE),
                "holds a run that is exact, not approximate: cache threshold 0.1; choose another");
        assertError(
                () -> new ReflectionFlow(CONFIG, painter, CODEC, Roles.of(scene()))
                        .run(List.of(SearchPrompt.of(3, "else")), folder, SearchListener.NONE),
                "else");
    }

    @Test
    void stopsWhenAskedAndGoesOnLater() {
        AtomicInteger steps = new AtomicInteger();
        SearchListener stopper = new SearchListener() {
            @Override
            public void stepDone(SearchPrompt prompt, int round, int step, int of, int images) {
                steps.incrementAndGet();
            }

            @Override
            public boolean isCancelled() {
                return steps.get() == 6;
            }
        };
        assertThatThrownBy(() -> search(CONFIG, scene(), stopper))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(painter.drawn).hasSize(4);
        assertThat(search(scene()).prompts()).hasSize(2);
        assertThat(painter.drawn).hasSize(24);
    }

    @Test
    void asksTheVerifierBeforeTheFirstImageWhetherItCanWork() {
        Verifier dead = new Verifier() {
            @Override
            public String name() {
                return "dead";
            }

            @Override
            public void checkReady() {
                throw new EngineException(ErrorCode.SERVICE, "nobody there");
            }

            @Override
            public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
                throw new AssertionError();
            }
        };
        assertThatThrownBy(() -> search(dead)).hasMessage("nobody there");
        assertThat(painter.drawn).isEmpty();
    }

    @Test
    void refusesImpossibleSizes() {
        assertError(() -> flow(0, 4, 1), "0 rounds");
        assertError(() -> flow(100_000, 100_000, 1), "100000 rounds");
        assertError(
                () -> new ReflectionFlow(CONFIG, painter, CODEC, Roles.of(scene()))
                        .run(List.of(), folder, SearchListener.NONE),
                "needs a prompt");
    }

    private interface Judge {
        Score judge(RgbImage image, int number);
    }

    /** A verifier that is told the number of the call. */
    private static Verifier judge(Judge judge) {
        AtomicInteger calls = new AtomicInteger();
        return new Verifier() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
                return judge.judge(image, calls.getAndIncrement());
            }
        };
    }

    private static void assertError(Runnable call, String words) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
            assertThat(e.getMessage()).contains(words).doesNotContain("\n");
        });
    }
}

package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.TextMode;
import dev.reflectionflow.feedback.Advice;
import dev.reflectionflow.feedback.Usage;
import dev.reflectionflow.feedback.Verifier;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The loop with all its axes. Tests that name a bug fail on the released search, where the bug was found. */
class ReflectionLoopTest extends FlowFixture {
    private static final Verifier BY_PIXELS = TestRoles.verifier(4, (image, prompt) -> TestRoles.byPixels(image));
    private static final Roles ALL =
            Roles.of(BY_PIXELS).with(TestRoles.naming()).with(TestRoles.tracing());

    private List<GenerationRequest> corrections() {
        return painter.drawn.stream()
                .filter(request -> request.condition() != null)
                .toList();
    }

    /**
     * B1 and B4: reflections, refined prompts and scores stay with the image that they are about, whatever order answers
     * come in and however the chains are ranked; the released search joined them by their order of arrival.
     */
    @ParameterizedTest
    @EnumSource(Selection.class)
    void everyAdviceBelongsToItsOwnImage(Selection selection) {
        PromptResult result = search(flow(4, 3).pool(5, true).selection(selection, false), ALL);
        assertThat(result.candidates()).hasSize(5 + 3 * 3);
        for (Candidate candidate : result.candidates()) {
            assertThat(candidate.score()).isEqualTo(TestRoles.byPixels(pixels(candidate)));
            if (candidate.round() > 0) {
                Candidate parent = parent(result, candidate);
                String reflection = TestRoles.reflectionOn(pixels(parent));
                assertThat(candidate.reflection()).isEqualTo(reflection);
                assertThat(candidate.prompt())
                        .isEqualTo(parent.prompt() + " <"
                                + pixels(parent).sha256().substring(0, 8) + "|" + reflection + ">");
                assertThat(painter.drawn
                                .get(candidate.image())
                                .condition()
                                .image()
                                .sha256())
                        .isEqualTo(pixels(parent).sha256());
            }
        }
    }

    /** B1: an adviser that fails leaves its own chain as it was; the released search gave it another chain's answer. */
    @Test
    void aFailedAdviceLeavesTheOtherChainsTheirs() {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        PromptResult result = search(
                flow(2, 3).selection(Selection.APART, true),
                Roles.of(TestRoles.scores(0.3, 0.2, 0.1)).with(TestRoles.reflector(attempt -> {
                    if (attempt.score().value() == 0.2) {
                        failed.add(attempt.image().sha256());
                        throw new IllegalStateException("lost my way");
                    }
                    return Advice.given(TestRoles.reflectionOn(attempt.image()), TestRoles.COST);
                })));
        List<Candidate> second = result.candidates().subList(3, 6);
        assertThat(second.get(0).reflection())
                .isEqualTo(TestRoles.reflectionOn(pixels(result.candidates().get(0))));
        assertThat(second.get(1).reflection()).isEmpty();
        assertThat(second.get(1).parent()).isEmpty();
        assertThat(second.get(2).reflection())
                .isEqualTo(TestRoles.reflectionOn(pixels(result.candidates().get(2))));
        assertThat(failed).hasSize(1);
        assertThat(result.failedAdvice()).isEqualTo(1);
    }

    /** B2 and B3: every value of a correction is the configured one and its seed is the one that its file tells. */
    @Test
    void correctionsAreDrawnAsConfiguredAndReproducibly() {
        CorrectorSettings corrector =
                new CorrectorSettings(new DrawingSettings(96, 80, 9, 1.0, 48), 32, false, 0.5, false, true, true, 2);
        PromptResult result = search(flow(2, 2).corrector(corrector), ALL);
        assertThat(corrections()).hasSize(2).allSatisfy(request -> {
            assertThat(List.of(request.width(), request.height(), request.steps(), request.maxSequenceLength()))
                    .containsExactly(96, 80, 9, 48);
            assertThat(request.guidance()).isEqualTo(1.0);
            GenerationRequest.Condition condition = request.condition();
            assertThat(List.of(condition.image().width(), condition.image().height()))
                    .containsExactly(32, 32);
            assertThat(condition)
                    .isEqualTo(new GenerationRequest.Condition(condition.image(), 0.5, false, true, true, 0, 2));
        });
        assertThat(corrections())
                .extracting(GenerationRequest::seed)
                .containsExactly(Seeds.derive(3, 0, 2), Seeds.derive(3, 0, 3));
        assertThat(result.budget().networkEvaluations()).isEqualTo(2 * 6 + 2 * 9 * 2);
        PromptResult again = search(flow(2, 2).corrector(corrector), ALL, folder.resolve("again"));
        assertThat(again.candidates())
                .extracting(Candidate::sha256)
                .isEqualTo(result.candidates().stream().map(Candidate::sha256).toList());
    }

    /** B5 and B7: equal scores are different images, and every image goes into one chain only. */
    @Test
    void equalScoresStayDifferentImages() {
        PromptResult result = search(
                flow(3, 4).selection(Selection.APART, false),
                Roles.of(TestRoles.scores(0.5)).with(TestRoles.naming()));
        assertThat(result.chains()).hasSize(4);
        List<Candidate> all = result.chains().stream()
                .flatMap(chain -> chain.candidates().stream())
                .toList();
        assertThat(all).doesNotHaveDuplicates().hasSize(12);
        assertThat(result.chains()).allSatisfy(chain -> {
            assertThat(chain.candidates()).extracting(Candidate::round).containsExactly(0, 1, 2);
            assertThat(chain.candidates())
                    .extracting(Candidate::chain)
                    .containsOnly(chain.candidates().get(0).image());
        });
    }

    /** B6: an image of the pool may be the result; the released search chose among corrected images only. */
    @Test
    void thePoolMayWinAndAWorseCorrectionIsNotTakenOn() {
        Roles roles = Roles.of(TestRoles.scores(0.9, 0.1, 0.3, 0.2, 0.4, 0.2)).with(TestRoles.naming());
        PromptResult result = search(flow(3, 2).selection(Selection.APART, true), roles);
        assertThat(result.best().image()).isZero();
        assertThat(result.chains().get(0).head().image()).isZero();
        assertThat(result.candidates().get(4).parent())
                .contains(result.candidates().get(0).key());
        assertThat(result.candidates().get(5).parent())
                .contains(result.candidates().get(3).key());
    }

    /** B8: reflecting and refining go each without the other. */
    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void everyPairOfAxesWorks(boolean reflects, boolean refines) {
        Roles roles = Roles.of(BY_PIXELS);
        roles = reflects ? roles.with(TestRoles.naming()) : roles;
        roles = refines ? roles.with(TestRoles.tracing()) : roles;
        PromptResult result = search(flow(3, 2), roles);
        assertThat(result.candidates()).hasSize(6);
        assertThat(corrections()).hasSize(reflects ? 4 : 0);
        assertThat(result.candidates().subList(2, 6)).allSatisfy(candidate -> {
            assertThat(candidate.prompt().equals(PROMPT.text())).isEqualTo(!refines);
            assertThat(candidate.reflection().isEmpty()).isEqualTo(!reflects);
            assertThat(candidate.parent().isPresent()).isEqualTo(reflects || refines);
            String words = Objects.requireNonNullElse(
                    candidate.request().prompt2(), candidate.request().prompt());
            assertThat(words).contains(candidate.prompt(), candidate.reflection());
        });
    }

    /** B9: the text encoders read what they read in training, unless the released way is asked for. */
    @Test
    void textsAreAsTrainedOrAsReleased() {
        search(flow(2, 1), ALL);
        GenerationRequest trained = corrections().get(0);
        assertThat(trained.prompt()).isEqualTo("a red circle");
        assertThat(trained.prompt2()).matches("a red circle <.*> \\[Reflexion\\] mend \\w{8}");
        painter.drawn.clear();
        search(flow(2, 1).text(TextMode.RELEASED), ALL, folder.resolve("released"));
        GenerationRequest released = corrections().get(0);
        assertThat(released.prompt()).matches("a red circle <.*> \\[Reflexion\\]: mend \\w{8}");
        assertThat(released.prompt2()).isNull();
    }

    /** B9: a condition keeps its shape; the released search squashes it. */
    @Test
    void conditionsKeepTheirShape() {
        RgbImage wide = new RgbImage(160, 64, ByteBuffer.allocate(160 * 64 * 3));
        assertThat(sides(CorrectorSettings.DEFAULT, wide)).containsExactly(160, 64);
        assertThat(sides(CorrectorSettings.DEFAULT.withCondition(80, false), wide))
                .containsExactly(80, 32);
        assertThat(sides(flow(2, 1).released().build().corrector(), wide)).containsExactly(512, 512);
    }

    private static List<Integer> sides(CorrectorSettings corrector, RgbImage image) {
        RgbImage seen = corrector.condition(image).image();
        return List.of(seen.width(), seen.height());
    }

    /** B10: a round's corrections are handed over together, so that the engine may batch them. */
    @Test
    void aRoundsCorrectionsAreDrawnTogether() {
        search(flow(3, 4), ALL);
        assertThat(painter.batches).containsExactly(4, 4, 4);
        assertThat(corrections()).hasSize(8);
    }

    @Test
    void nothingToMendMeansAFreshDraw() {
        PromptResult result = search(
                flow(2, 2), Roles.of(BY_PIXELS).with(TestRoles.reflector(attempt -> Advice.none("fine", Usage.NONE))));
        assertThat(corrections()).isEmpty();
        assertThat(painter.drawn)
                .extracting(GenerationRequest::seed)
                .doesNotHaveDuplicates()
                .hasSize(4);
        assertThat(result.failedAdvice()).isZero();
    }

    /** Chains compete: the better one's child and the parent itself push the poor one out. */
    @Test
    void aPoorChainGivesItsBranchToAGoodOne() {
        Roles roles = Roles.of(TestRoles.scores(0.5, 0.1, 0.7, 0.2, 0.6, 0.65)).with(TestRoles.naming());
        PromptResult result = search(flow(3, 2), roles);
        assertThat(result.candidates().subList(4, 6).stream()
                        .map(candidate -> parent(result, candidate).image())
                        .collect(Collectors.toList()))
                .containsExactly(2, 0);
        assertThat(result.chains()).extracting(chain -> chain.head().image()).containsExactly(2, 5);
    }
}

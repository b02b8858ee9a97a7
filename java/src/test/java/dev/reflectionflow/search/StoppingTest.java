package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.feedback.Verifier;
import dev.reflectionflow.run.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoppingTest extends FlowFixture {
    private static final long STEPS = 6;

    private PromptResult stop(StopRules rules, double... scores) {
        return search(flow(4, 2).stop(rules), Roles.of(TestRoles.scores(scores)));
    }

    private PromptResult limit(Limits limits) {
        Verifier costly =
                TestRoles.verifier(1, (image, prompt) -> TestRoles.scored(0.5).costing(TestRoles.COST));
        return search(
                flow(4, 2).limits(limits),
                Roles.of(costly).with(TestRoles.naming()).with(TestRoles.tracing()));
    }

    @Test
    void endsWithTheRoundThatReachesTheThreshold() {
        PromptResult result = stop(new StopRules(0.8, false, 0), 0.1, 0.2, 0.3, 0.8);
        assertThat(result.stop()).isEqualTo(StopReason.THRESHOLD);
        assertThat(result.candidates()).hasSize(4);
    }

    @Test
    void endsOnceEveryRequirementIsMet() {
        AtomicInteger calls = new AtomicInteger();
        Verifier verifier =
                TestRoles.verifier(1, (image, prompt) -> TestRoles.scored(0.1).satisfied(calls.incrementAndGet() == 3));
        PromptResult result = search(flow(4, 2).stop(new StopRules(null, true, 0)), Roles.of(verifier));
        assertThat(result.stop()).isEqualTo(StopReason.SATISFIED);
        assertThat(result.candidates()).hasSize(4);
    }

    @Test
    void endsAfterRoundsWithoutGain() {
        PromptResult result = stop(new StopRules(null, false, 1), 0.1, 0.2, 0.3, 0.1, 0.3);
        assertThat(result.stop()).isEqualTo(StopReason.NO_GAIN);
        assertThat(result.candidates()).hasSize(6);
        assertThat(result.best().image()).isEqualTo(2);
    }

    @Test
    void goesOnToItsLastRoundOtherwise() {
        assertThat(stop(StopRules.NONE, 1).stop()).isEqualTo(StopReason.ROUNDS);
        assertThat(painter.drawn).hasSize(8);
    }

    @Test
    void neverDrawsMoreImagesThanAllowed() {
        PromptResult result = limit(new Limits(5L, null, null, null, null, null));
        assertThat(result.stop()).isEqualTo(StopReason.IMAGES);
        assertThat(result.budget().images()).isEqualTo(5);
        assertThat(folder.resolve("run/best/5/00000/samples/00000.png")).exists();
        assertThat(folder.resolve("run/best/8")).doesNotExist();
    }

    @Test
    void neverSpendsMoreNetworkEvaluationsThanAllowed() {
        PromptResult result = limit(new Limits(null, 3 * STEPS + 1, null, null, null, null));
        assertThat(result.stop()).isEqualTo(StopReason.NETWORK_EVALUATIONS);
        assertThat(result.budget().networkEvaluations()).isEqualTo(3 * STEPS);
    }

    @Test
    void neverAsksTheVerifierMoreOftenThanAllowed() {
        PromptResult result = limit(new Limits(null, null, 5L, null, null, null));
        assertThat(result.stop()).isEqualTo(StopReason.VERIFIER_CALLS);
        assertThat(result.budget().verifierCalls()).isEqualTo(5);
        assertThat(result.candidates()).hasSize(5);
    }

    /** A round of two: two verifier calls, and from the second on two reflections and two refinements before them. */
    @ParameterizedTest
    @CsvSource({"2,1000,LANGUAGE_MODEL_CALLS,2", "3,1000,LANGUAGE_MODEL_CALLS,8", "1000,120,TOKENS,8"})
    void callsAndTokensAreLookedAtBeforeEachRound(long calls, long tokens, StopReason reason, long spent) {
        PromptResult result = limit(new Limits(null, null, null, calls, tokens, null));
        assertThat(result.stop()).isEqualTo(reason);
        assertThat(result.budget().languageModelCalls()).isEqualTo(spent);
        assertThat(result.budget().tokens()).isEqualTo(spent * 15);
    }

    @Test
    void secondsEndThePromptToo() {
        assertThat(limit(new Limits(null, null, null, null, null, 0.009)).stop())
                .isEqualTo(StopReason.SECONDS);
        assertThat(painter.drawn).hasSize(2);
    }

    /** A limit strikes a resumed run where it struck the first: its own lines must not use it up before. */
    @Test
    void aFinishedRunStaysAsItIs() {
        Limits limits = new Limits(5L, null, null, null, null, null);
        PromptResult first = limit(limits);
        assertThat(limit(limits)).isEqualTo(first);
        assertThat(painter.drawn).hasSize(5);
    }

    @Test
    void theBudgetIsHeardOfAsItGrows() {
        List<Budget> heard = new ArrayList<>();
        SearchResult result = flow(flow(2, 2), Roles.of(TestRoles.scores(0.5)).with(TestRoles.naming()))
                .run(List.of(PROMPT), folder.resolve("run"), new SearchListener() {
                    @Override
                    public void budgetChanged(SearchPrompt prompt, Budget budget) {
                        heard.add(budget);
                    }
                });
        // four images, four scores and two reflections, and the end, which costs nothing
        assertThat(heard).hasSize(11);
        assertThat(heard.get(0))
                .isEqualTo(new Budget(1, STEPS, 0, 0, 0, 0, heard.get(0).seconds()));
        assertThat(heard.get(10).images()).isEqualTo(4);
        assertThat(heard.get(10).languageModelCalls()).isEqualTo(2);
        assertThat(heard.get(10).networkEvaluations()).isEqualTo(result.budget().networkEvaluations());
    }

    @Test
    void refusesLimitsThatLeaveNoRoom() {
        assertThatThrownBy(() -> limit(new Limits(null, 5L, null, null, null, null)))
                .hasMessage("the limits leave no room for a single image");
        assertThatThrownBy(() -> new Limits(0L, null, null, null, null, null)).hasMessageContaining("0 images");
        assertThatThrownBy(() -> new StopRules(null, false, -1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new StopRules(Double.NaN, false, 0)).hasMessageContaining("NaN");
    }
}

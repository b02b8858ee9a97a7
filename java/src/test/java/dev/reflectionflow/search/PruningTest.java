package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.run.Budget;
import java.util.List;
import org.junit.jupiter.api.Test;

class PruningTest extends FlowFixture {
    private static FlowConfigBuilder pruned(int step, double share) {
        return flow(1, 4).pruning(new PruningSettings(step, share));
    }

    @Test
    void givesUpTheWorstAndSpendsTheSavingsOnFreshNoise() {
        // previews first, then the images that are left and the fresh one
        PromptResult result = search(pruned(3, 0.5), Roles.of(TestRoles.scores(0.2, 0.9, 0.1, 0.8, 0.6, 0.5, 0.7)));
        assertThat(painter.givenUp)
                .extracting(GenerationRequest::seed)
                .containsExactly(Seeds.derive(3, 0, 0), Seeds.derive(3, 0, 2));
        assertThat(result.candidates())
                .extracting(candidate -> candidate.request().seed())
                .containsExactly(Seeds.derive(3, 0, 1), Seeds.derive(3, 0, 3), Seeds.derive(3, 0, 4));
        assertThat(result.candidates()).extracting(Candidate::branch).containsExactly(1, 3, 0);
        Budget budget = result.budget();
        assertThat(budget.savedEvaluations()).isEqualTo(2 * 3);
        assertThat(budget.networkEvaluations()).isEqualTo(4 * 6);
        assertThat(budget.images()).isEqualTo(3);
        assertThat(budget.verifierCalls()).isEqualTo(4 + 3);
        assertThat(result.best().image()).isEqualTo(2);
    }

    @Test
    void whatDoesNotMakeUpAnImageIsKeptForTheNextRound() {
        PromptResult result = search(pruned(4, 0.5).rounds(2), Roles.of(TestRoles.scores(0.5)));
        // 2 x 2 evaluations a round: none for an image of 6 after the first, 8 after the second
        assertThat(result.candidates()).extracting(Candidate::round).containsExactly(0, 0, 1, 1, 1);
        assertThat(result.budget().savedEvaluations()).isEqualTo(8);
        assertThat(result.budget().networkEvaluations()).isEqualTo(8 * 6 - 8 + 6);
    }

    /** What an earlier round saved must not be spent beyond what the limit leaves. */
    @Test
    void freshImagesStayWithinTheLimitToo() {
        Limits limits = new Limits(null, 4L * 6 - 4 + 4 * 6, null, null, null, null);
        PromptResult result = search(pruned(4, 0.5).rounds(2).limits(limits), Roles.of(TestRoles.scores(0.5)));
        assertThat(result.budget().networkEvaluations()).isLessThanOrEqualTo(limits.networkEvaluations());
        assertThat(result.candidates()).extracting(Candidate::round).containsExactly(0, 0, 1, 1);
    }

    @Test
    void givesNothingUpWhereNothingIsKnown() {
        PromptResult result =
                search(pruned(3, 0.5), Roles.of(TestRoles.verifier(1, (image, prompt) -> Score.abstained("no idea"))));
        assertThat(result.candidates()).hasSize(4);
        assertThat(result.budget().savedEvaluations()).isZero();
    }

    @Test
    void aFinishedRunIsNeitherDrawnNorJudgedAgain() {
        Roles roles = Roles.of(TestRoles.verifier(1, (image, prompt) -> TestRoles.byPixels(image)));
        PromptResult first = search(pruned(2, 0.5).rounds(3), roles);
        int drawn = painter.drawn.size();
        assertThat(search(pruned(2, 0.5).rounds(3), roles)).isEqualTo(first);
        assertThat(painter.drawn).hasSize(drawn);
        assertThat(painter.givenUp).hasSize(6);
    }

    @Test
    void refusesWhatSavesNothing() {
        assertThatThrownBy(() -> search(pruned(6, 0.5), Roles.of(TestRoles.scores(0.5))))
                .hasMessage("pruning after step 6 of 6 saves nothing");
        assertThatThrownBy(() -> new PruningSettings(0, 0.5)).hasMessageContaining("0 and 0.5");
        assertThatThrownBy(() -> new PruningSettings(1, 1)).hasMessageContaining("1 and 1.0");
        assertThat(List.of(new PruningSettings(1, 0.99).dropped(1), new PruningSettings(1, 0.3).dropped(3)))
                .containsExactly(0, 0);
    }
}

package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.feedback.EnsembleVerifier.Member;
import dev.reflectionflow.feedback.RankEnsemble.Ranking;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnsembleTest {
    private static final Usage COST = new Usage(1, 2, 3);

    private record Fixed(String name, double worst, double best, Score score) implements Verifier {
        @Override
        public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
            return score;
        }
    }

    private static Score scored(double value) {
        return Score.scored(value, Map.of(), "").costing(COST);
    }

    private static Score judge(Member... members) {
        return new EnsembleVerifier(List.of(members)).judge(Asking.IMAGE, "p", Map.of());
    }

    private static Member member(String name, double best, double weight, Score score) {
        return new Member(new Fixed(name, 0, best, score), weight);
    }

    @Test
    void isTheWeightedMeanOnACommonScale() {
        Score score = judge(
                member("a", 10, 3, scored(5).satisfied(true)),
                member("b", 1, 1, scored(1).satisfied(true)),
                member("b", 1, 1, scored(7).satisfied(true)));
        assertThat(score.value()).isCloseTo((3 * 0.5 + 1 + 1) / 5, within(1e-12));
        assertThat(score.details()).containsExactly(Map.entry("a", 0.5), Map.entry("b 2", 1.0), Map.entry("b 3", 1.0));
        assertThat(score.satisfied()).isTrue();
        assertThat(score.usage()).isEqualTo(new Usage(3, 6, 9));
    }

    @Test
    void goesOnWithoutAMemberThatFailsAndSaysSo() {
        Score score = judge(
                member("a", 10, 3, scored(5)),
                member("b", 1, 1, Score.unscored("no answer").costing(COST)),
                member("c", 1, 1, Score.abstained("not my kind")));
        assertThat(score.value()).isEqualTo(0.5);
        assertThat(score.explanation()).contains("b gave no score (no answer)", "c has no opinion");
        assertThat(score.satisfied()).isFalse();
        assertThat(score.usage().calls()).isEqualTo(2);
    }

    @Test
    void isUnscoredWhereAllFail() {
        assertThat(judge(member("a", 1, 1, Score.unscored("x")), member("b", 1, 1, Score.abstained("y")))
                        .isFailure())
                .isTrue();
        assertThat(judge(member("b", 1, 1, Score.abstained("y"))).status()).isEqualTo(Score.Status.ABSTAINED);
    }

    @Test
    void takesNoMemberOfUnknownScaleOrWithoutWeight() {
        Verifier unknown = new Fixed("odd", Double.NaN, 1, scored(1));
        assertThatThrownBy(() -> new Member(unknown, 1)).hasMessageContaining("odd");
        assertThatThrownBy(() -> member("a", 1, 0, scored(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EnsembleVerifier(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void describesItsMembersWithTheirWeights() {
        EnsembleVerifier ensemble = new EnsembleVerifier(List.of(member("a", 1, 2, scored(1))));
        assertThat(ensemble.description())
                .containsEntry("name", "ensemble")
                .containsEntry("members", List.of(Map.of("name", "a", "weight", 2.0)));
    }

    @Test
    void ranksNeedNoScale() {
        List<Score> combined = RankEnsemble.combine(List.of(
                new Ranking("huge", 1, List.of(scored(1e9), scored(2e9), scored(3e9))),
                new Ranking("tiny", 3, List.of(scored(0.002), scored(0.001), scored(0.001)))));
        assertThat(combined).extracting(Score::value).containsExactly(0.75, (0.5 + 3 * 0.25) / 4, (1 + 3 * 0.25) / 4);
        assertThat(combined.get(0).details()).containsExactly(Map.entry("huge", 0.0), Map.entry("tiny", 1.0));
        assertThat(combined.get(0).usage()).isEqualTo(Usage.NONE);
    }

    @Test
    void ranksLeaveOutWhatWasNotScored() {
        List<Score> combined = RankEnsemble.combine(List.of(
                new Ranking("a", 1, List.of(scored(1), Score.unscored("x"), Score.unscored("x"))),
                new Ranking("b", 1, List.of(scored(1), scored(2), Score.unscored("y")))));
        assertThat(combined).extracting(Score::value).containsExactly(0.25, 1.0, 0.0);
        assertThat(combined.get(1).explanation()).contains("a gave no score (x)");
        assertThat(combined.get(2).isFailure()).isTrue();
        assertThatThrownBy(() -> RankEnsemble.combine(
                        List.of(new Ranking("a", 1, List.of(scored(1))), new Ranking("b", 1, List.of()))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.reflectionflow.feedback;

import java.util.ArrayList;
import java.util.List;

/**
 * Several verifiers as one, by the places that they give to a set of candidates: their scales need not be known, and no
 * verifier weighs more because its numbers are larger. All candidates must be there at once, and values of different sets
 * do not compare; {@link EnsembleVerifier} judges image by image.
 */
public final class RankEnsemble {
    private RankEnsemble() {}

    /**
     * One verifier's scores.
     *
     * @param name in details and explanations; unlike the others'
     * @param weight above 0; only the ratios matter
     * @param scores of all candidates, in their order
     */
    public record Ranking(String name, double weight, List<Score> scores) {
        public Ranking {
            Combination.checkedWeight(weight);
            scores = List.copyOf(scores);
        }
    }

    /**
     * One score for each candidate, in their order. Its value is the weighted mean, over the verifiers that scored it, of
     * the share of other candidates that it beats there; a tie is half a victory, and so is having no rival. Free of cost,
     * since the scores given were paid for.
     *
     * @param rankings at least one, all over the same candidates
     */
    public static List<Score> combine(List<Ranking> rankings) {
        int candidates = rankings.get(0).scores().size();
        if (rankings.stream().anyMatch(ranking -> ranking.scores().size() != candidates)) {
            throw new IllegalArgumentException("every verifier must have a score for every candidate");
        }
        List<Score> combined = new ArrayList<>();
        for (int c = 0; c < candidates; c++) {
            List<Combination.Vote> votes = new ArrayList<>();
            for (Ranking ranking : rankings) {
                Score score = ranking.scores().get(c);
                votes.add(new Combination.Vote(
                        ranking.name(), ranking.weight(), score, shareBeaten(score, ranking.scores())));
            }
            combined.add(Combination.of(votes));
        }
        return combined;
    }

    private static double shareBeaten(Score score, List<Score> all) {
        double[] values =
                all.stream().filter(Score::isScored).mapToDouble(Score::value).toArray();
        if (!score.isScored() || values.length == 1) {
            return 0.5;
        }
        // the candidate's tie with itself is not a victory
        double beaten = -0.5;
        for (double value : values) {
            beaten += score.value() > value ? 1 : score.value() == value ? 0.5 : 0;
        }
        return beaten / (values.length - 1);
    }
}

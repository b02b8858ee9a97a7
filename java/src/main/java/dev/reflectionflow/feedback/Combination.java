package dev.reflectionflow.feedback;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One score out of several verifiers' scores of the same image. */
final class Combination {
    private Combination() {}

    /**
     * One verifier's say.
     *
     * @param name in details and explanations
     * @param weight above 0
     * @param score what it said
     * @param share its value between 0 and 1; whatever it likes where it did not score
     */
    record Vote(String name, double weight, Score score, double share) {}

    /**
     * The weighted mean of those that scored; satisfied where all of these are. Without any the image is unscored if one
     * failed, else abstained from. Costs nothing: the votes were paid for.
     */
    static Score of(List<Vote> votes) {
        List<Vote> scored =
                votes.stream().filter(vote -> vote.score().isScored()).toList();
        String words = votes.stream()
                .map(Combination::words)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
        if (scored.isEmpty()) {
            boolean failed = votes.stream().anyMatch(vote -> vote.score().isFailure());
            return failed ? Score.unscored(words) : Score.abstained(words);
        }
        double sum = 0;
        double weights = 0;
        Map<String, Double> details = new LinkedHashMap<>();
        for (Vote vote : scored) {
            sum += vote.weight() * vote.share();
            weights += vote.weight();
            details.put(vote.name(), vote.share());
        }
        return Score.scored(sum / weights, details, words)
                .satisfied(scored.stream().allMatch(vote -> vote.score().satisfied()));
    }

    private static String words(Vote vote) {
        Score score = vote.score();
        String text = score.explanation();
        if (score.isScored()) {
            return text.isEmpty() ? "" : vote.name() + ": " + text;
        }
        return vote.name()
                + (score.isFailure() ? " gave no score" : " has no opinion")
                + (text.isEmpty() ? "" : " (" + text + ")");
    }

    /** Makes sure that a weight is one. */
    static double checkedWeight(double weight) {
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("a weight must be a finite number above 0, not " + weight);
        }
        return weight;
    }
}

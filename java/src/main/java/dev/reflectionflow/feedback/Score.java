package dev.reflectionflow.feedback;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a verifier says of one image; a value even where judging failed, so that no candidate gets lost over it.
 *
 * @param status whether {@code value} holds
 * @param value higher is better, comparable within one verifier; 0 unless scored
 * @param details parts of the verdict by name; empty where there are none
 * @param explanation why, in words: of the verdict, or of its absence
 * @param satisfied whether the verifier sees every requirement of the prompt met
 * @param usage what it cost
 */
public record Score(
        Status status, double value, Map<String, Double> details, String explanation, boolean satisfied, Usage usage) {
    /** Scored images first, the better ones before; all others are equal, so that a stable sort keeps their order. */
    public static final Comparator<Score> BEST_FIRST = Comparator.comparing((Score score) -> !score.isScored())
            .thenComparing(Comparator.comparingDouble(Score::value).reversed());

    /** What became of a judgement. */
    public enum Status {
        /** The value is the verdict. */
        SCORED,
        /** The verifier has no opinion on such prompts; nothing went wrong. */
        ABSTAINED,
        /** Judging failed. */
        UNSCORED
    }

    public Score {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(explanation, "explanation");
        Objects.requireNonNull(usage, "usage");
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a score must be a finite number, not " + value);
        }
    }

    /** A verdict. */
    public static Score scored(double value, Map<String, Double> details, String explanation) {
        return new Score(Status.SCORED, value, details, explanation, false, Usage.NONE);
    }

    /** No verdict, on principle. */
    public static Score abstained(String reason) {
        return new Score(Status.ABSTAINED, 0, Map.of(), reason, false, Usage.NONE);
    }

    /** No verdict, because judging failed. */
    public static Score unscored(String reason) {
        return new Score(Status.UNSCORED, 0, Map.of(), reason, false, Usage.NONE);
    }

    /** The same with every requirement met, or not. */
    public Score satisfied(boolean value) {
        return new Score(status, this.value, details, explanation, value, usage);
    }

    /** The same at another cost. */
    public Score costing(Usage cost) {
        return new Score(status, value, details, explanation, satisfied, cost);
    }

    /** Whether there is a verdict. */
    public boolean isScored() {
        return status == Status.SCORED;
    }

    /** Whether judging failed. */
    public boolean isFailure() {
        return status == Status.UNSCORED;
    }
}

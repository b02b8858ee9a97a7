package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each split is drawn, by optimizer step: given at milestones, linear between them, constant outside.
 *
 * @param ratios split to its weight at each milestone, in the order of drawing; empty where splits do not matter
 * @param stages the milestones' optimizer steps, ascending
 */
public record MixingSchedule(Map<String, List<Double>> ratios, List<Long> stages) {
    /** Splits are not told apart. */
    public static final MixingSchedule NONE = new MixingSchedule(Map.of(), List.of(0L));

    /** Checks that the two fit; {@code INVALID_ARGUMENT} names what does not. */
    public MixingSchedule {
        Map<String, List<Double>> copy = new LinkedHashMap<>();
        ratios.forEach((split, weights) -> copy.put(split, List.copyOf(weights)));
        ratios = Collections.unmodifiableMap(copy);
        stages = List.copyOf(stages);
        checkStages(stages);
        for (Map.Entry<String, List<Double>> split : ratios.entrySet()) {
            checkWeights(split.getKey(), split.getValue(), stages.size());
        }
        for (int i = 0; i < stages.size() && !ratios.isEmpty(); i++) {
            int at = i;
            if (ratios.values().stream().allMatch(weights -> weights.get(at) == 0)) {
                throw bad("split_ratios: every split has weight 0 at step " + stages.get(i));
            }
        }
    }

    /** The splits, in the order of {@link #weights}. */
    public List<String> splits() {
        return List.copyOf(ratios.keySet());
    }

    /** The weights at an optimizer step, one for each split; they need not sum to 1. */
    public double[] weights(long step) {
        int after = 0;
        while (after < stages.size() && stages.get(after) <= step) {
            after++;
        }
        int from = Math.max(0, after - 1);
        int to = Math.min(stages.size() - 1, after);
        double span = stages.get(to) - stages.get(from);
        double progress = span == 0 ? 0 : (step - stages.get(from)) / span;
        return ratios.values().stream()
                .mapToDouble(w -> w.get(from) + progress * (w.get(to) - w.get(from)))
                .toArray();
    }

    /** The splits that are drawn at this step or a later one. */
    public List<String> wantedFrom(long step) {
        double[] now = weights(step);
        List<String> wanted = new ArrayList<>();
        for (String split : ratios.keySet()) {
            boolean later = false;
            for (int i = 0; i < stages.size(); i++) {
                later |= stages.get(i) > step && ratios.get(split).get(i) > 0;
            }
            if (later || now[splits().indexOf(split)] > 0) {
                wanted.add(split);
            }
        }
        return wanted;
    }

    private static void checkStages(List<Long> stages) {
        if (stages.isEmpty()) {
            throw bad("training_stages: at least one step is needed");
        }
        for (int i = 1; i < stages.size(); i++) {
            if (stages.get(i) <= stages.get(i - 1)) {
                throw bad("training_stages: " + stages + " does not ascend");
            }
        }
    }

    private static void checkWeights(String split, List<Double> weights, int stages) {
        if (weights.size() != stages) {
            throw bad("split_ratios: " + split + " has " + weights.size() + " weights for " + stages
                    + " training_stages");
        }
        for (double weight : weights) {
            if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
                throw bad("split_ratios: " + split + ": " + weight + " is not a weight");
            }
        }
    }

    private static EngineException bad(String message) {
        return new EngineException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

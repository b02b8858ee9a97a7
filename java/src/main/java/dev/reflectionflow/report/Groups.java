package dev.reflectionflow.report;

import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Ways to put prompts into groups, and what a strategy reached in one. */
final class Groups {
    static final String HARD = "hard";
    static final String MEDIUM = "medium";
    static final String EASY = "easy";

    private Groups() {}

    /**
     * What a strategy reached.
     *
     * @param prompts how many there are
     * @param first mean score of their first images, of those that have one
     * @param best mean score of their best images, of the same prompts
     * @param satisfied how many have an image that satisfies
     */
    record Reached(int prompts, Optional<Double> first, Optional<Double> best, long satisfied) {
        static Reached by(List<PromptTree> prompts) {
            List<PromptTree> scored = prompts.stream()
                    .filter(prompt -> prompt.firstScore().isPresent()
                            && prompt.bestScore().isPresent())
                    .toList();
            return new Reached(
                    prompts.size(),
                    mean(scored, PromptTree::firstScore),
                    mean(scored, PromptTree::bestScore),
                    prompts.stream().filter(PromptTree::satisfied).count());
        }

        private static Optional<Double> mean(List<PromptTree> prompts, Function<PromptTree, Optional<Double>> score) {
            return prompts.isEmpty()
                    ? Optional.empty()
                    : Optional.of(prompts.stream()
                            .mapToDouble(prompt -> score.apply(prompt).get())
                            .average()
                            .getAsDouble());
        }
    }

    /** The tags of all prompts, in order; none where no row has one. */
    static List<String> tags(List<Strategy> strategies) {
        return strategies.stream()
                .flatMap(one -> one.prompts().stream())
                .flatMap(prompt -> prompt.tag().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * How hard each prompt is: the mean score of its first image over the strategies, in the lower, middle or upper third
     * between the least and the greatest of those. Empty where all are alike.
     */
    static Map<String, String> difficulty(List<Strategy> strategies) {
        Map<String, Double> first = new TreeMap<>(strategies.stream()
                .flatMap(one -> one.prompts().stream())
                .filter(prompt -> prompt.firstScore().isPresent())
                .collect(Collectors.groupingBy(
                        PromptTree::text,
                        Collectors.averagingDouble(prompt -> prompt.firstScore().get()))));
        DoubleSummaryStatistics range = statistics(first.values());
        Map<String, String> difficulty = new LinkedHashMap<>();
        if (range.getCount() > 0 && range.getMax() > range.getMin()) {
            first.forEach((text, score) -> {
                double place = (score - range.getMin()) / (range.getMax() - range.getMin());
                difficulty.put(text, place < 1 / 3.0 ? HARD : place < 2 / 3.0 ? MEDIUM : EASY);
            });
        }
        return difficulty;
    }

    private static DoubleSummaryStatistics statistics(Collection<Double> values) {
        return values.stream().mapToDouble(value -> value).summaryStatistics();
    }
}

package dev.reflectionflow.report;

import dev.reflectionflow.report.BestSoFar.Step;
import dev.reflectionflow.report.Chart.Point;
import dev.reflectionflow.report.Chart.Series;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Best-so-far curves over prompts: what a budget for each prompt buys. A prompt that has ended keeps its value; one that
 * never got a score is in no mean.
 */
final class Curves {
    private static final int MOST_POINTS = 240;

    private Curves() {}

    /** One chart an axis that anything was spent on. */
    static List<Chart> scores(List<Strategy> strategies) {
        return charts(strategies, "Mean best score", false);
    }

    /** The same of the share of prompts satisfied; none where no verifier ever said so. */
    static List<Chart> satisfied(List<Strategy> strategies) {
        boolean said =
                strategies.stream().flatMap(one -> one.prompts().stream()).anyMatch(PromptTree::satisfied);
        return said ? charts(strategies, "Prompts satisfied", true) : List.of();
    }

    private static List<Chart> charts(List<Strategy> strategies, String what, boolean share) {
        Map<Axis, List<Series>> curves = new EnumMap<>(Axis.class);
        for (Axis axis : Axis.values()) {
            List<Series> series = strategies.stream()
                    .map(one -> new Series(one.label(), points(one, axis, share)))
                    .toList();
            if (series.stream().anyMatch(one -> !one.points().isEmpty())) {
                curves.put(axis, series);
            }
        }
        // one scale for all axes, so that heights can be compared from chart to chart
        DoubleSummaryStatistics values = curves.values().stream()
                .flatMap(List::stream)
                .flatMap(one -> one.points().stream())
                .mapToDouble(Point::y)
                .summaryStatistics();
        Scale y = share ? Scale.linear(0, 100, true) : Scale.rounded(values.getMin(), values.getMax());
        List<Chart> charts = new ArrayList<>();
        curves.forEach((axis, series) -> charts.add(
                new Chart(what, axis.label() + " per prompt", share ? " %" : "", y, axis.isWhole(), series)));
        return charts;
    }

    static List<Point> points(Strategy strategy, Axis axis, boolean share) {
        List<BestSoFar> growths = strategy.prompts().stream()
                .map(prompt -> BestSoFar.of(strategy.run(), prompt, axis))
                .toList();
        List<BestSoFar> scored =
                growths.stream().filter(one -> one.firstScored().isPresent()).toList();
        List<BestSoFar> used = share ? growths : scored;
        double start = scored.stream()
                .mapToDouble(one -> one.firstScored().get())
                .max()
                .orElse(Double.POSITIVE_INFINITY);
        TreeSet<Double> spendings = new TreeSet<>();
        growths.forEach(one -> one.steps().stream()
                .map(Step::spent)
                .filter(spent -> spent >= start)
                .forEach(spendings::add));
        if (spendings.isEmpty() || spendings.last() == 0) {
            return List.of();
        }
        return thinned(new ArrayList<>(spendings)).stream()
                .map(spent -> new Point(spent, share ? shareAt(used, spent) : meanAt(used, spent)))
                .toList();
    }

    private static double meanAt(List<BestSoFar> growths, double spent) {
        return growths.stream()
                .map(one -> one.at(spent).flatMap(Step::best))
                .flatMap(Optional::stream)
                .mapToDouble(best -> best)
                .average()
                .orElseThrow();
    }

    private static double shareAt(List<BestSoFar> growths, double spent) {
        long satisfied = growths.stream()
                .filter(one -> one.at(spent).filter(Step::satisfied).isPresent())
                .count();
        return 100.0 * satisfied / growths.size();
    }

    /** Every n-th, the last always; a curve needs no more points than pixels. */
    private static List<Double> thinned(List<Double> spendings) {
        int every = (spendings.size() + MOST_POINTS - 1) / MOST_POINTS;
        List<Double> kept = new ArrayList<>();
        for (int i = 0; i < spendings.size(); i++) {
            if (i % every == 0 || i == spendings.size() - 1) {
                kept.add(spendings.get(i));
            }
        }
        return kept;
    }
}

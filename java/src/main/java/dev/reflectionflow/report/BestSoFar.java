package dev.reflectionflow.report;

import dev.reflectionflow.run.Budget;
import dev.reflectionflow.run.JournalRecord;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.RecordedRun;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a prompt's best score grew with what was spent. An image stands at what had been spent when it was drawn, or, on axes
 * that judging costs something in, when its score was known; so does the best of a batch's first image stand at one image.
 *
 * @param steps ascending; the best score and whether any image satisfied, from that spending on
 */
record BestSoFar(List<Step> steps) {
    /** From here on. */
    record Step(double spent, Optional<Double> best, boolean satisfied) {}

    static BestSoFar of(RecordedRun run, PromptTree prompt, Axis axis) {
        Map<Integer, Double> drawn = new HashMap<>();
        Map<String, Double> judged = new HashMap<>();
        Budget spent = Budget.NONE;
        for (JournalRecord line : run.records().records(prompt.index())) {
            spent = spent.plus(Budget.of(line));
            if (line instanceof Drawn image) {
                drawn.put(image.image(), axis.of(spent));
            } else if (line instanceof Judged judgement) {
                judged.put(judgement.sha256(), axis.of(spent));
            }
        }
        record Known(double spent, Node node) {}
        List<Known> known = prompt.nodes().stream()
                .map(node -> {
                    double whenDrawn = drawn.get(node.image());
                    Double whenJudged = judged.get(node.drawn().sha256());
                    boolean early = axis.isSpentOnceDrawn() || whenJudged == null;
                    return new Known(early ? whenDrawn : Math.max(whenDrawn, whenJudged), node);
                })
                .sorted(Comparator.comparingDouble(Known::spent))
                .toList();
        List<Step> steps = new ArrayList<>();
        Optional<Double> best = Optional.empty();
        boolean satisfied = false;
        for (Known one : known) {
            if (one.node().counts()) {
                best = better(best, one.node().score());
                satisfied |= one.node().satisfied();
            }
            steps.add(new Step(one.spent(), best, satisfied));
        }
        return new BestSoFar(steps);
    }

    private static Optional<Double> better(Optional<Double> one, Optional<Double> other) {
        return one.isEmpty() || (other.isPresent() && other.get() > one.get()) ? other : one;
    }

    /** What holds at a spending: the last step that it pays for. */
    Optional<Step> at(double spent) {
        Step last = null;
        for (Step step : steps) {
            if (step.spent() > spent) {
                break;
            }
            last = step;
        }
        return Optional.ofNullable(last);
    }

    /** The spending at which the first score was known. */
    Optional<Double> firstScored() {
        return steps.stream()
                .filter(step -> step.best().isPresent())
                .map(Step::spent)
                .findFirst();
    }
}

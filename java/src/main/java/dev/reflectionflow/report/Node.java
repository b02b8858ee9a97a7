package dev.reflectionflow.report;

import dev.reflectionflow.run.JournalRecord.Advised;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import java.util.List;
import java.util.Optional;

/**
 * An image of a prompt's tree.
 *
 * @param drawn its line
 * @param judged the newest judgement of it
 * @param counts whether it may be chosen; false only in a pool that does not count
 * @param parent its parent in the same prompt, by place
 * @param prompt the text it was drawn from; the user's own unless a refiner changed it
 * @param reflection what was to change; empty for none
 * @param failedAdvice questions about it that went wrong
 */
record Node(
        Drawn drawn,
        Optional<Judged> judged,
        boolean counts,
        Optional<Integer> parent,
        String prompt,
        String reflection,
        List<Advised> failedAdvice) {
    int image() {
        return drawn.image();
    }

    /** The verdict, or empty where there is none. */
    Optional<Double> score() {
        return judged.filter(line -> line.status().equals("scored")).map(Judged::score);
    }

    boolean satisfied() {
        return score().isPresent() && judged.get().satisfied();
    }

    /** Whether judging failed, rather than found nothing to judge. */
    boolean unscored() {
        return judged.isEmpty() || judged.get().status().equals("unscored");
    }
}

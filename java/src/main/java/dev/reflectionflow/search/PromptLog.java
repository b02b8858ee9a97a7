package dev.reflectionflow.search;

import dev.reflectionflow.run.Budget;
import dev.reflectionflow.run.JournalRecord;
import dev.reflectionflow.run.JournalRecord.Advised;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.JournalRecord.Pruned;
import dev.reflectionflow.run.RunRecords;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A prompt's part of the journal: takes new lines in, and adds up what the search has spent. Lines of an earlier start are
 * added when the search comes to them, so that limits strike a resumed run where they strike one that was never stopped.
 */
final class PromptLog {
    private final FlowRun run;
    private final SearchPrompt prompt;
    private final Set<Integer> uncounted = new HashSet<>();
    private final Set<JournalRecord> used = new HashSet<>();
    private Budget spent = Budget.NONE;

    PromptLog(FlowRun run, SearchPrompt prompt) {
        this.run = run;
        this.prompt = prompt;
        records().forEach(this::notePool);
    }

    /** Writes an image and its line. */
    void keep(Drawn item, byte[] bytes) {
        run.folder().keep(item, bytes);
        notePool(item);
        use(item);
    }

    /** Writes another line. */
    void keep(JournalRecord item) {
        run.folder().keep(item);
        use(item);
    }

    /** The search has come to a line; whether for the first time in this start. */
    boolean use(JournalRecord item) {
        boolean isFirst = used.add(item);
        if (isFirst && counts(item)) {
            spent = spent.plus(Budget.of(item));
            run.listener().budgetChanged(prompt, spent);
        }
        return isFirst;
    }

    /** What counts so far. */
    Budget spent() {
        return spent;
    }

    /** What all lines cost together, of those that count or of those that do not. */
    Budget total(boolean counting) {
        return records().stream()
                .filter(item -> counts(item) == counting)
                .map(Budget::of)
                .reduce(Budget.NONE, Budget::plus);
    }

    /** Answers of every start. */
    RunRecords answers() {
        return run.folder().records();
    }

    /** Advice that failed, of all starts. */
    long failedAdvice() {
        return records().stream()
                .filter(item ->
                        item instanceof Advised line && Lines.advice(line).isFailure())
                .count();
    }

    private List<JournalRecord> records() {
        return answers().records(prompt.index());
    }

    private void notePool(JournalRecord item) {
        if (item instanceof Drawn image && image.round() == 0 && !run.config().poolCounts()) {
            uncounted.add(image.image());
        }
    }

    private boolean counts(JournalRecord item) {
        if (item instanceof Drawn image) {
            return !uncounted.contains(image.image());
        }
        if (item instanceof Judged judgement) {
            return !uncounted.contains(judgement.image());
        }
        return !(item instanceof Pruned pruned)
                || pruned.round() > 0
                || run.config().poolCounts();
    }
}

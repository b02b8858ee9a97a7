package dev.reflectionflow.cli;

import dev.reflectionflow.run.Budget;
import dev.reflectionflow.search.Candidate;
import dev.reflectionflow.search.PromptResult;
import dev.reflectionflow.search.SearchListener;
import dev.reflectionflow.search.SearchPrompt;
import java.util.HashMap;
import java.util.Map;

/** Follows a search: prompt, image, step and costs on the progress line, results as they come, Ctrl-C to the search. */
final class SearchProgress implements SearchListener {
    private final Console console;
    private final Interrupts interrupts;
    private final SearchReport report;
    private final Progress progress;
    private final int prompts;
    private final int batchSize;
    /** Ordinals of the prompts begun, by their rows. */
    private final Map<Integer, Integer> begun = new HashMap<>();
    /** Images before the batch in work, of each prompt's round. */
    private final Map<Integer, Integer> batchStarts = new HashMap<>();

    /** Images drawn and not judged yet, of each prompt's round. */
    private final Map<Integer, Integer> unjudged = new HashMap<>();

    private final Map<Integer, Budget> spent = new HashMap<>();
    /** Images that each prompt will have if it needs all rounds. */
    private final int most;

    private String beginning = "";
    private int images;
    private int ended;
    private int done;
    private int resumed;

    /** @param most images that one prompt may need */
    SearchProgress(Console console, Interrupts interrupts, SearchReport report, int prompts, int most, int batchSize) {
        this.console = console;
        this.interrupts = interrupts;
        this.report = report;
        this.prompts = prompts;
        this.most = most;
        this.batchSize = batchSize;
        images = Math.multiplyExact(prompts, most);
        progress = new Progress(console, images);
    }

    /** What to say once the run's folder has been found to be this search's. */
    void beginsWith(String note) {
        beginning = note;
    }

    /** Candidates that there were after all. */
    int images() {
        return done;
    }

    /** Candidates that an earlier start had finished. */
    int resumed() {
        return resumed;
    }

    @Override
    public void promptStarted(SearchPrompt started, int candidates) {
        if (begun.isEmpty()) {
            console.note(beginning);
        }
        begun.put(started.index(), begun.size() + 1);
        batchStarts.put(started.index(), 0);
    }

    @Override
    public void warned(SearchPrompt current, String warning) {
        console.note(warning);
    }

    /** A round's images come in batches, each of which counts its steps from 1. */
    @Override
    public void stepDone(SearchPrompt current, int round, int step, int steps, int together) {
        int batchStart = batchStarts.get(current.index());
        int batch = Math.min(batchSize, together - batchStart);
        if (batchStart == 0 && step == 1) {
            // those of a pruned round that were given up are never judged
            unjudged.put(current.index(), 0);
        }
        int before =
                done + unjudged.values().stream().mapToInt(Integer::intValue).sum();
        progress.step(label(current), before, batch, step, steps);
        if (step == steps) {
            unjudged.merge(current.index(), batch, Integer::sum);
            batchStarts.put(current.index(), batchStart + batch < together ? batchStart + batch : 0);
        }
    }

    /** The one in work, or how many are done where several are. */
    private String label(SearchPrompt current) {
        if (prompts == 1) {
            return "";
        }
        return begun.size() - ended == 1
                ? "prompt " + begun.get(current.index()) + "/" + prompts
                : ended + "/" + prompts + " prompts, " + (begun.size() - ended) + " in work";
    }

    @Override
    public void budgetChanged(SearchPrompt prompt, Budget budget) {
        spent.put(prompt.index(), budget);
        progress.spent(BudgetText.brief(spent.values().stream().reduce(Budget.NONE, Budget::plus)));
    }

    @Override
    public void candidateDone(Candidate candidate, boolean fromBefore) {
        done++;
        unjudged.computeIfPresent(candidate.promptIndex(), (any, images) -> Math.max(0, images - 1));
        if (fromBefore) {
            resumed++;
        }
    }

    @Override
    public void promptDone(PromptResult result) {
        ended++;
        images -= most - result.candidates().size();
        progress.expect(images);
        report.prompt(result);
    }

    @Override
    public boolean isCancelled() {
        return interrupts.isAsked();
    }
}

package dev.reflectionflow.cli;

import dev.reflectionflow.search.Candidate;
import dev.reflectionflow.search.PromptResult;
import dev.reflectionflow.search.SearchListener;
import dev.reflectionflow.search.SearchPrompt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Follows a search: prompt, image and step on the progress line, results as they come, Ctrl-C to the search. */
final class SearchProgress implements SearchListener {
    private final Console console;
    private final Interrupts interrupts;
    private final SearchReport report;
    private final Progress progress;
    private final int prompts;
    private final int images;
    private final int batchSize;
    /** Ordinals of the prompts begun, by their rows. */
    private final Map<Integer, Integer> begun = new HashMap<>();
    /** Images before the batch in work, of each prompt's round. */
    private final Map<Integer, Integer> batchStarts = new HashMap<>();

    private int done;
    private int resumed;

    SearchProgress(
            Console console,
            Interrupts interrupts,
            SearchReport report,
            List<SearchPrompt> prompts,
            int candidates,
            int batchSize) {
        this.console = console;
        this.interrupts = interrupts;
        this.report = report;
        this.prompts = prompts.size();
        this.images = Math.multiplyExact(prompts.size(), candidates);
        this.batchSize = batchSize;
        this.progress = new Progress(console, images);
    }

    /** Candidates in all. */
    int images() {
        return images;
    }

    /** Candidates that an earlier start had finished. */
    int resumed() {
        return resumed;
    }

    @Override
    public void promptStarted(SearchPrompt started, int candidates) {
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
        String label = prompts == 1 ? "" : "prompt " + begun.get(current.index()) + "/" + prompts;
        progress.step(label, done + batchStart, batch, step, steps);
        if (step == steps) {
            batchStarts.put(current.index(), batchStart + batch < together ? batchStart + batch : 0);
        }
    }

    @Override
    public void candidateDone(Candidate candidate, boolean fromBefore) {
        done++;
        if (fromBefore) {
            resumed++;
        }
    }

    @Override
    public void promptDone(PromptResult result) {
        report.prompt(result);
    }

    @Override
    public boolean isCancelled() {
        return interrupts.isAsked();
    }
}

package dev.reflectionflow.search;

import dev.reflectionflow.feedback.Advice;
import dev.reflectionflow.run.Budget;

/** Passes on the events of prompts that are worked at together, one at a time, and ends all of them when one ends. */
final class SharedListener implements SearchListener {
    private final SearchListener listener;
    private volatile boolean ended;

    SharedListener(SearchListener listener) {
        this.listener = listener;
    }

    /** Cancels whatever still goes on. */
    void end() {
        ended = true;
    }

    @Override
    public synchronized void promptStarted(SearchPrompt prompt, int images) {
        listener.promptStarted(prompt, images);
    }

    @Override
    public synchronized void stepDone(SearchPrompt prompt, int round, int step, int steps, int images) {
        listener.stepDone(prompt, round, step, steps, images);
    }

    @Override
    public synchronized void candidateDone(Candidate candidate, boolean resumed) {
        listener.candidateDone(candidate, resumed);
    }

    @Override
    public synchronized void candidateJudgedAgain(Candidate candidate) {
        listener.candidateJudgedAgain(candidate);
    }

    @Override
    public synchronized void adviceGiven(Candidate candidate, AdviceRole role, Advice advice, boolean resumed) {
        listener.adviceGiven(candidate, role, advice, resumed);
    }

    @Override
    public synchronized void budgetChanged(SearchPrompt prompt, Budget budget) {
        listener.budgetChanged(prompt, budget);
    }

    @Override
    public synchronized void warned(SearchPrompt prompt, String warning) {
        listener.warned(prompt, warning);
    }

    @Override
    public synchronized void promptDone(PromptResult result) {
        listener.promptDone(result);
    }

    @Override
    public boolean isCancelled() {
        return ended || listener.isCancelled();
    }
}

package dev.reflectionflow.search;

import dev.reflectionflow.feedback.Advice;
import dev.reflectionflow.run.Budget;

/** Hears how far a search is; called from several threads, one at a time. Events of different prompts may interleave. */
public interface SearchListener {
    /** Hears nothing. */
    SearchListener NONE = new SearchListener() {};

    /**
     * A prompt begins.
     *
     * @param images that it will have if it needs all rounds
     */
    default void promptStarted(SearchPrompt prompt, int images) {}

    /**
     * The images of a round are a step further.
     *
     * @param step steps done, from 1
     * @param steps in all
     * @param images drawn together
     */
    default void stepDone(SearchPrompt prompt, int round, int step, int steps, int images) {}

    /**
     * A candidate is drawn and judged.
     *
     * @param resumed whether both were done by an earlier start of this run
     */
    default void candidateDone(Candidate candidate, boolean resumed) {}

    /** A candidate whose judging failed in an earlier start has been judged once more. */
    default void candidateJudgedAgain(Candidate candidate) {}

    /**
     * A reflector or refiner has spoken of a candidate, or failed to.
     *
     * @param resumed whether an earlier start of this run asked
     */
    default void adviceGiven(Candidate candidate, AdviceRole role, Advice advice, boolean resumed) {}

    /** A prompt has cost more; what it has spent so far. */
    default void budgetChanged(SearchPrompt prompt, Budget budget) {}

    /** Something about a prompt that the caller should know of, such as text that the encoders do not see. */
    default void warned(SearchPrompt prompt, String warning) {}

    /** A prompt is done. */
    default void promptDone(PromptResult result) {}

    /**
     * Asked often and by several threads at once; true ends the search with {@code CANCELLED}, and a later start goes on
     * from there.
     */
    default boolean isCancelled() {
        return false;
    }
}

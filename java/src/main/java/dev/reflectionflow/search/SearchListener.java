package dev.reflectionflow.search;

/** Hears how far a search is; called from the searching thread and the engine's, one at a time. */
public interface SearchListener {
    /** Hears nothing. */
    SearchListener NONE = new SearchListener() {};

    /** A prompt begins. */
    default void promptStarted(SearchPrompt prompt, int candidates) {}

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

    /** Something about a prompt that the caller should know of, such as text that the encoders do not see. */
    default void warned(SearchPrompt prompt, String warning) {}

    /** A prompt is done. */
    default void promptDone(PromptResult result) {}

    /** Asked often; true ends the search with {@code CANCELLED}, and a later start goes on from there. */
    default boolean isCancelled() {
        return false;
    }
}

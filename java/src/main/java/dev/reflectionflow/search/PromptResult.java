package dev.reflectionflow.search;

import java.util.List;

/**
 * What a search found for one prompt.
 *
 * @param prompt the prompt
 * @param candidates all of them, in drawing order
 * @param budget what they cost
 */
public record PromptResult(SearchPrompt prompt, List<Candidate> candidates, Budget budget) {
    public PromptResult {
        candidates = List.copyOf(candidates);
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("a search has candidates");
        }
    }

    /** The candidate with the highest score, the earliest of equals. */
    public Candidate best() {
        return candidates.stream().min(Candidate.BEST_FIRST).orElseThrow();
    }

    /** Candidates whose judging failed. */
    public long unscored() {
        return candidates.stream().filter(c -> c.score().isFailure()).count();
    }
}

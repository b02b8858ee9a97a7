package dev.reflectionflow.search;

import dev.reflectionflow.run.Budget;
import java.util.List;

/**
 * What a search found for one prompt.
 *
 * @param prompt the prompt
 * @param candidates all of them, in drawing order
 * @param chains that stood at the end, best first where they compete
 * @param stop why it ended
 * @param budget what the candidates that count have cost
 * @param uncounted what a starting pool that does not count has cost
 * @param failedAdvice questions to reflector and refiner that failed
 */
public record PromptResult(
        SearchPrompt prompt,
        List<Candidate> candidates,
        List<Chain> chains,
        StopReason stop,
        Budget budget,
        Budget uncounted,
        long failedAdvice) {
    public PromptResult {
        candidates = List.copyOf(candidates);
        chains = List.copyOf(chains);
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("a search has candidates");
        }
    }

    /** Those that may be chosen; all where a limit left none but a pool that does not count. */
    public List<Candidate> counted() {
        List<Candidate> counted = candidates.stream().filter(Candidate::counts).toList();
        return counted.isEmpty() ? candidates : counted;
    }

    /** The candidate with the highest score, the earliest of equals. */
    public Candidate best() {
        return bestOf(Integer.MAX_VALUE);
    }

    /** The best of the first {@code budget} candidates that count. */
    public Candidate bestOf(int budget) {
        return counted().stream()
                .limit(budget)
                .min(Candidate.BEST_FIRST)
                .orElseThrow(() -> new IllegalArgumentException("a budget of " + budget + " images has no best"));
    }

    /** Candidates whose judging failed. */
    public long unscored() {
        return candidates.stream().filter(c -> c.score().isFailure()).count();
    }
}

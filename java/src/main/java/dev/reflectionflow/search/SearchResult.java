package dev.reflectionflow.search;

import dev.reflectionflow.run.Budget;
import java.util.List;

/**
 * What a search found.
 *
 * @param prompts one result a prompt, in their order
 */
public record SearchResult(List<PromptResult> prompts) {
    public SearchResult {
        prompts = List.copyOf(prompts);
    }

    /** What all of it cost. */
    public Budget budget() {
        return prompts.stream().map(PromptResult::budget).reduce(Budget.NONE, Budget::plus);
    }

    /** Candidates whose judging failed; the command line ends with exit code 6 if there are any. */
    public long unscored() {
        return prompts.stream().mapToLong(PromptResult::unscored).sum();
    }

    /** Questions to reflector and refiner that failed; they too end with exit code 6. */
    public long failedAdvice() {
        return prompts.stream().mapToLong(PromptResult::failedAdvice).sum();
    }
}

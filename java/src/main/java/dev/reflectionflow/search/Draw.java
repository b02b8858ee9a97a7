package dev.reflectionflow.search;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.run.JournalRecord.Texts;

/**
 * One planned image of a round.
 *
 * @param round from 0
 * @param branch from 0
 * @param chain see {@link Candidate#chain}; null where the image begins one
 * @param parent see {@link Candidate#parent}; null for none
 * @param texts current prompt and reflection
 * @param request with every default filled in
 * @param key names the image
 */
record Draw(int round, int branch, Integer chain, String parent, Texts texts, GenerationRequest request, String key) {
    /** Network evaluations of the whole image. */
    long evaluations() {
        return evaluations(request.steps());
    }

    /** Network evaluations of some of its steps; image guidance needs two each. */
    long evaluations(int steps) {
        boolean twice = request.condition() != null && request.condition().imageGuidance() != 1;
        return (long) steps * (twice ? 2 : 1);
    }
}

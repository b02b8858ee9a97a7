package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationRequest;

/**
 * What kind of search to make; values left {@code null} are the model's own.
 *
 * @param rounds one after the other, 1 or more
 * @param branches candidates drawn together in a round, 1 or more
 * @param seed of the whole search, see {@link Seeds}
 * @param width pixels or null
 * @param height pixels or null
 * @param steps of denoising or null
 * @param guidance scale or null
 * @param maxSequenceLength T5 tokens or null
 */
public record SearchConfig(
        int rounds,
        int branches,
        long seed,
        Integer width,
        Integer height,
        Integer steps,
        Double guidance,
        Integer maxSequenceLength) {

    public SearchConfig {
        if (rounds < 1 || branches < 1 || (long) rounds * branches > 100_000) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "a search needs 1 to 100000 candidates, not " + rounds + " rounds of " + branches + " branches");
        }
    }

    /** A search with the model's own size, steps and guidance. */
    public static SearchConfig of(int rounds, int branches, long seed) {
        return new SearchConfig(rounds, branches, seed, null, null, null, null, null);
    }

    /** Candidates of each prompt. */
    public int candidates() {
        return rounds * branches;
    }

    /** The request of a draw; the model's defaults are still open in it. */
    GenerationRequest request(SearchPrompt prompt, int draw) {
        return GenerationRequest.builder(prompt.text())
                .width(width)
                .height(height)
                .steps(steps)
                .guidance(guidance)
                .maxSequenceLength(maxSequenceLength)
                .seed(Seeds.derive(seed, prompt.index(), draw))
                .build();
    }
}

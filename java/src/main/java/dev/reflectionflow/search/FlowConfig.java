package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.TextMode;
import java.util.Optional;

/**
 * What kind of search to make. Which of its three axes run (noise, prompt, reflection) follows from the {@link Roles}.
 *
 * @param rounds one after the other, the starting pool's included, 1 or more
 * @param branches images drawn together in a round after the pool's, 1 or more
 * @param pool images to start from, 1 or more
 * @param poolCounts whether those count in budgets, among the samples and in the choice of the best
 * @param seed of the whole search, see {@link Seeds}
 * @param drawing of images without a condition
 * @param corrector of those with one
 * @param text how prompt and reflection are put together
 * @param noise of the rounds after the pool's
 * @param selection which chains go on
 * @param keepParent whether an image stays its chain's head where the next one scores no better
 * @param stop when it is good enough
 * @param limits per prompt
 * @param pruning what to give up half-way, if anything
 * @param released whether {@link FlowConfigBuilder#released} decided some of these
 * @param promptsAtOnce prompts worked at together; 0 for two where all roles are offline and else 4
 */
public record FlowConfig(
        int rounds,
        int branches,
        int pool,
        boolean poolCounts,
        long seed,
        DrawingSettings drawing,
        CorrectorSettings corrector,
        TextMode text,
        NoiseStrategy noise,
        Selection selection,
        boolean keepParent,
        StopRules stop,
        Limits limits,
        Optional<PruningSettings> pruning,
        boolean released,
        int promptsAtOnce) {
    private static final int MOST_IMAGES = 100_000;

    public FlowConfig {
        if (rounds < 1 || branches < 1 || pool < 1 || pool + (rounds - 1L) * branches > MOST_IMAGES) {
            throw invalid("a search needs 1 to " + MOST_IMAGES + " candidates, not " + rounds + " rounds of " + branches
                    + " branches from a pool of " + pool);
        }
        if (!poolCounts && rounds == 1) {
            throw invalid("a search of one round, the pool's, finds nothing where the pool does not count");
        }
        if (noise.neighbours() > branches) {
            throw invalid(noise.neighbours() + " neighbours do not fit into " + branches + " branches");
        }
        if (!noise.isRandom() && !keepParent) {
            throw invalid("zero-order search keeps the parent where no neighbour is better");
        }
        if (promptsAtOnce < 0) {
            throw invalid(promptsAtOnce + " prompts at once are not 0 or more");
        }
    }

    /** Starts from four rounds of four branches that compete, with the model's own drawing settings and no limits. */
    public static FlowConfigBuilder builder() {
        return new FlowConfigBuilder();
    }

    /** Images of a prompt that needs all rounds, those of a pool that does not count included. */
    public int images() {
        return pool + (rounds - 1) * branches;
    }

    /** Images that count of a prompt that needs all rounds, as far as the limit on images lets it. */
    public int candidates() {
        int all = images() - (poolCounts ? 0 : pool);
        return limits.images() == null ? all : (int) Math.min(all, limits.images());
    }

    private static EngineException invalid(String message) {
        return new EngineException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

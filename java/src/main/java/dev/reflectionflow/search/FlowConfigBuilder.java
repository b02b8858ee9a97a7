package dev.reflectionflow.search;

import dev.reflectionflow.TextMode;
import java.util.Optional;

/** Collects a {@link FlowConfig}'s values; not thread-safe. */
public final class FlowConfigBuilder {
    /** What the released corrector rounds do whatever their configuration says. */
    private static final DrawingSettings RELEASED_CORRECTOR = new DrawingSettings(null, null, 28, 3.5, 512);

    private static final int RELEASED_CONDITION = 512;

    private int rounds = 4;
    private int branches = 4;
    private Integer pool;
    private boolean poolCounts = true;
    private long seed;
    private DrawingSettings drawing = DrawingSettings.DEFAULT;
    private CorrectorSettings corrector = CorrectorSettings.DEFAULT;
    private TextMode text = TextMode.TRAIN;
    private NoiseStrategy noise = NoiseStrategy.RANDOM;
    private Selection selection = Selection.COMPETE;
    private boolean keepParent = true;
    private StopRules stop = StopRules.NONE;
    private Limits limits = Limits.NONE;
    private PruningSettings pruning;
    private boolean released;
    private int promptsAtOnce;

    FlowConfigBuilder() {}

    /** Depth. Default: 4. */
    public FlowConfigBuilder rounds(int value) {
        rounds = value;
        return this;
    }

    /** Width. Default: 4. */
    public FlowConfigBuilder branches(int value) {
        branches = value;
        return this;
    }

    /** Images to start from, and whether they count. Default: as many as branches, and they do. */
    public FlowConfigBuilder pool(Integer size, boolean counts) {
        pool = size;
        poolCounts = counts;
        return this;
    }

    /** Seed of the search. Default: 0. */
    public FlowConfigBuilder seed(long value) {
        seed = value;
        return this;
    }

    /** Of images without a condition. Default: the model's own. */
    public FlowConfigBuilder drawing(DrawingSettings value) {
        drawing = value;
        return this;
    }

    /** Of images with a condition. Default: as {@link #drawing}. */
    public FlowConfigBuilder corrector(CorrectorSettings value) {
        corrector = value;
        return this;
    }

    /** Default: as the corrector was trained. */
    public FlowConfigBuilder text(TextMode value) {
        text = value;
        return this;
    }

    /** Default: fresh noise. */
    public FlowConfigBuilder noise(NoiseStrategy value) {
        noise = value;
        return this;
    }

    /** Which chains go on, and whether a parent stays the head where the next image is no better. Default: compete, yes. */
    public FlowConfigBuilder selection(Selection value, boolean parentStays) {
        selection = value;
        keepParent = parentStays;
        return this;
    }

    /** Default: never early. */
    public FlowConfigBuilder stop(StopRules value) {
        stop = value;
        return this;
    }

    /** Default: none. */
    public FlowConfigBuilder limits(Limits value) {
        limits = value;
        return this;
    }

    /** Null, the default, for none. */
    public FlowConfigBuilder pruning(PruningSettings value) {
        pruning = value;
        return this;
    }

    /** Prompts worked at together. Default, or 0: one where all roles are offline, else 4. */
    public FlowConfigBuilder promptsAtOnce(int value) {
        promptsAtOnce = value;
        return this;
    }

    /**
     * Searches by the released rules, whatever else was set: chains stay apart and take each new image however it scores;
     * the pool does not count; both encoders read {@code prompt [Reflexion]: reflection}; the corrector makes 28 steps at
     * guidance 3.5 with 512 T5 tokens and sees the image squashed to 512x512. The released faults that lose or mix up
     * results do not come back, and neither does its unseeded noise.
     */
    public FlowConfigBuilder released() {
        released = true;
        return this;
    }

    /**
     * The configuration.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_ARGUMENT} naming values that do not fit
     */
    public FlowConfig build() {
        CorrectorSettings correction = released
                ? corrector.withDrawing(RELEASED_CORRECTOR).withCondition(RELEASED_CONDITION, true)
                : corrector;
        return new FlowConfig(
                rounds,
                branches,
                pool == null ? branches : pool,
                poolCounts && !released,
                seed,
                drawing,
                correction,
                released ? TextMode.RELEASED : text,
                noise,
                released ? Selection.APART : selection,
                keepParent && !released,
                stop,
                limits,
                Optional.ofNullable(pruning),
                released,
                promptsAtOnce);
    }
}

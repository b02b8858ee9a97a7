package dev.reflectionflow.cli;

import dev.reflectionflow.search.FlowConfigBuilder;
import dev.reflectionflow.search.NoiseStrategy;
import dev.reflectionflow.search.Selection;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How a search moves. */
final class StrategyOptions {
    private static final double USUAL_DISTANCE = 0.25;

    /** Where later noise comes from. */
    enum Noise {
        RANDOM,
        ZERO_ORDER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Whose rules hold. */
    enum Compat {
        RELEASED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "4",
            description = "Rounds, one after the other, the pool's included. Default: ${DEFAULT-VALUE}.")
    int rounds = 4;

    @Option(
            names = "--branches",
            paramLabel = "N",
            defaultValue = "4",
            description = "Candidates of a round. Default: ${DEFAULT-VALUE}.")
    int branches = 4;

    @Option(
            names = "--pool",
            paramLabel = "N",
            description = "Images of the first round, to start from. Default: as many as branches.")
    Integer pool;

    @Option(
            names = "--pool-uncounted",
            description = "Leave the pool out of samples, budgets and the choice of the best.")
    boolean poolUncounted;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Seed of the whole search. Default: ${DEFAULT-VALUE}.")
    long seed;

    @Option(
            names = "--noise",
            paramLabel = "KIND",
            defaultValue = "random",
            description = "${COMPLETION-CANDIDATES}: fresh for every image, or near that of the best."
                    + " Default: ${DEFAULT-VALUE}.")
    Noise noise = Noise.RANDOM;

    @Option(
            names = "--noise-distance",
            paramLabel = "X",
            description = "How far zero-order noise moves, above 0 up to 1. Default: " + USUAL_DISTANCE + ".")
    Double distance;

    @Option(
            names = "--neighbours",
            paramLabel = "N",
            description = "Zero-order branches around one image. Default: all branches.")
    Integer neighbours;

    @Option(
            names = "--selection",
            paramLabel = "KIND",
            defaultValue = "compete",
            description = "compete: the best images of all go on; apart: each chain by itself."
                    + " Default: ${DEFAULT-VALUE}.")
    Selection selection = Selection.COMPETE;

    @Option(
            names = "--keep-parent",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Better an image again where what came of it is no better. Default: yes.")
    boolean keepParent = true;

    @Option(
            names = "--prompts-at-once",
            paramLabel = "N",
            defaultValue = "0",
            description = "Prompts worked at together. Default: 4 where services are asked, else 2.")
    int promptsAtOnce;

    @Option(
            names = "--compat",
            paramLabel = "WHOSE",
            description = "released: chains apart and without their parents, an uncounted pool, the released marker for"
                    + " both encoders, 28 corrector steps at guidance 3.5. Default: none.")
    Compat compat;

    /** @param given images that the longest pool has already; 0 to draw one */
    void apply(CommandSpec spec, FlowConfigBuilder config, int given) {
        if (pool != null && given > 0) {
            throw new ParameterException(spec.commandLine(), "--pool and --imgpath: the pool is what the folder holds");
        }
        if (noise == Noise.RANDOM && (distance != null || neighbours != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--noise-distance and --neighbours go with --noise zero-order");
        }
        config.rounds(rounds)
                .branches(branches)
                .pool(given > 0 ? Integer.valueOf(given) : pool, !poolUncounted)
                .seed(seed)
                .selection(selection, keepParent)
                .promptsAtOnce(promptsAtOnce);
        if (noise == Noise.ZERO_ORDER) {
            config.noise(NoiseStrategy.zeroOrder(
                    distance == null ? USUAL_DISTANCE : distance, neighbours == null ? branches : neighbours));
        }
        if (isReleased()) {
            config.released();
        }
    }

    boolean isReleased() {
        return compat == Compat.RELEASED;
    }
}

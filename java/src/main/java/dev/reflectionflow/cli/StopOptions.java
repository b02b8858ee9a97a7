package dev.reflectionflow.cli;

import dev.reflectionflow.search.FlowConfigBuilder;
import dev.reflectionflow.search.PruningSettings;
import dev.reflectionflow.search.StopRules;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** When a prompt's search ends early, and which images are not drawn to their end. */
final class StopOptions {
    private static final double HALF = 0.5;

    @Option(
            names = "--stop-score",
            paramLabel = "X",
            description = "Stop once an image scores X or more, on the verifier's scale. Default: none.")
    Double score;

    @Option(names = "--stop-satisfied", description = "Stop once the verifier sees every requirement met.")
    boolean satisfied;

    @Option(
            names = "--patience",
            paramLabel = "R",
            defaultValue = "0",
            description = "Stop after R rounds without a better image, 0 for never. Default: ${DEFAULT-VALUE}.")
    int patience;

    @Option(
            names = "--prune-step",
            paramLabel = "K",
            description = "Judge previews after step K and give up the worst for fresh noise. Default: none.")
    Integer pruneStep;

    @Option(
            names = "--prune-share",
            paramLabel = "F",
            description = "Share of a round's images to give up, between 0 and 1. Default: " + HALF + ".")
    Double pruneShare;

    void apply(CommandSpec spec, FlowConfigBuilder config) {
        config.stop(new StopRules(score, satisfied, patience));
        if (pruneStep != null) {
            config.pruning(new PruningSettings(pruneStep, pruneShare == null ? HALF : pruneShare));
        } else if (pruneShare != null) {
            throw new ParameterException(spec.commandLine(), "--prune-share goes with --prune-step K");
        }
    }
}

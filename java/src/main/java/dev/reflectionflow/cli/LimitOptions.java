package dev.reflectionflow.cli;

import dev.reflectionflow.search.Limits;
import picocli.CommandLine.Option;

/** What each prompt may cost. */
final class LimitOptions {
    @Option(names = "--max-images", paramLabel = "N", description = "Images drawn to their end. Default: none.")
    Long images;

    @Option(
            names = "--max-evaluations",
            paramLabel = "N",
            description =
                    "Forward passes of the network, one a step and image, whatever a cache of steps skips. Default: none.")
    Long evaluations;

    @Option(
            names = "--max-verifier-calls",
            paramLabel = "N",
            description = "Judgements, those of previews included. Default: none.")
    Long verifierCalls;

    @Option(
            names = "--max-model-calls",
            paramLabel = "N",
            description = "Requests to services, checked before each round. Default: none.")
    Long modelCalls;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Tokens that services count, checked before each round. Default: none.")
    Long tokens;

    @Option(
            names = "--max-seconds",
            paramLabel = "S",
            description = "Seconds of drawing, judging and advising, checked before each round. Default: none.")
    Double seconds;

    Limits limits() {
        return new Limits(images, evaluations, verifierCalls, modelCalls, tokens, seconds);
    }
}

package dev.reflectionflow.cli;

import picocli.CommandLine.Option;

/** What to draw with; null leaves a value to the model. */
final class DrawingOptions {
    @Option(
            names = {"-W", "--width"},
            paramLabel = "PIXELS",
            description = "Width, a multiple of 16. Default: the model's.")
    Integer width;

    @Option(
            names = {"-H", "--height"},
            paramLabel = "PIXELS",
            description = "Height, a multiple of 16. Default: the model's.")
    Integer height;

    @Option(
            names = {"-s", "--steps"},
            paramLabel = "N",
            description = "Denoising steps. Default: the model's.")
    Integer steps;

    @Option(
            names = {"-g", "--guidance"},
            paramLabel = "SCALE",
            description = "Guidance as the model embeds it, 0 or more. Default: the model's.")
    Double guidance;

    @Option(
            names = "--max-sequence-length",
            paramLabel = "N",
            description = "Tokens that T5 reads, 1 to 512. Default: the model's.")
    Integer maxSequenceLength;
}

package dev.reflectionflow.cli;

import picocli.CommandLine.Option;

/** How large to draw and in how many steps; null leaves a value to the model. */
class SizeOptions {
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
}

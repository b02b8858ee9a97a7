package dev.reflectionflow.cli;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What to draw with; null leaves a value to the model. */
final class DrawingOptions {
    @ArgGroup(validate = false, heading = "%nImage:%n")
    final Values values = new Values();

    /** The options under their heading; a group inside a mixin, because two commands may not share a group. */
    static final class Values extends SizeOptions {
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
}

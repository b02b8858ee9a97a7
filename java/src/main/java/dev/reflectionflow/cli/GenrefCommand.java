package dev.reflectionflow.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Commands about GenRef, the data that correctors are trained on. */
@Command(
        name = "genref",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        subcommands = GenrefExportCommand.class,
        description = {
            "Makes data to train a corrector on, in the form of GenRef.",
            "",
            "Examples:",
            "  reflectionflow genref export out/stars -o shards",
            "  reflectionflow genref export out/a out/b -o shards --min-gap 0.25",
            "  reflectionflow genref export --help",
            ""
        })
final class GenrefCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command: export");
    }
}

package dev.reflectionflow.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a script that completes our commands, options and their values. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Prints a completion script for bash and zsh.",
            "",
            "Examples:",
            "  source <(reflectionflow completion)",
            "  reflectionflow completion > ~/.local/share/bash-completion/completions/reflectionflow",
            "  reflectionflow completion > reflectionflow.bash",
            ""
        })
final class CompletionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        CommandLine root = spec.root().commandLine();
        spec.commandLine().getOut().println(AutoComplete.bash(root.getCommandName(), root));
        spec.commandLine().getOut().flush();
    }
}

package dev.reflectionflow.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Commands about scenes of coloured shapes. */
@Command(
        name = "scenes",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        subcommands = {
            ScenesMakeCommand.class,
            ScenesTokenizersCommand.class,
            ScenesJudgeCommand.class,
            ScenesEvaluateCommand.class
        },
        description = {
            "Makes scenes of coloured shapes to train models on, and measures what models draw.",
            "",
            "Examples:",
            "  reflectionflow scenes make -o scenes --count 20000 --seed 1",
            "  reflectionflow scenes evaluate out/run",
            "  reflectionflow scenes mend --count 400",
            ""
        })
final class ScenesCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Missing command: make, tokenizers, judge, evaluate, mend");
    }
}

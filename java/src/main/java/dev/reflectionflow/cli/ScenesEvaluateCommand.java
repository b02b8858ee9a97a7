package dev.reflectionflow.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures what a search made of its prompts. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Measures by the evaluator, which no search sees, how many prompts of a run came out right.",
            "Of each prompt's first K images that is the one that the run's verifier scored best, and beside it",
            "whether any of them is right (oracle). Prints Markdown: accuracy with its 95 %% interval (Wilson) by",
            "K and by kind of prompt, and how often scene verifier and evaluator agree.",
            "",
            "Examples:",
            "  reflectionflow scenes evaluate out/noise out/reflectionflow",
            "  reflectionflow scenes evaluate out/noise --budgets 1,8",
            ""
        })
final class ScenesEvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "DIR",
            description = "Folders of runs, or of prompts' folders, whose images the scene verifier scores then.")
    private List<Path> directories;

    @Option(
            names = "--budgets",
            paramLabel = "K",
            split = ",",
            defaultValue = "1,2,4,8,16,32",
            description = "How many of the first images to choose from. Default: ${DEFAULT-VALUE}.")
    private List<Integer> budgets;

    @Override
    public Integer call() {
        for (int budget : budgets) {
            if (budget < 1) {
                throw new ParameterException(spec.commandLine(), "--budgets " + budget + " is not 1 or more");
            }
        }
        Console console = Console.of(spec.commandLine());
        for (Path directory : directories) {
            ScenesEvaluation evaluation = ScenesEvaluation.of(new FilterSource(directory), console);
            console.result(evaluation.markdown(directory.toString(), new TreeSet<>(budgets)));
        }
        return 0;
    }
}

package dev.reflectionflow.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Options of {@code filter}; {@link FilterRun} does the work. */
@Command(
        name = "filter",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Picks the best of each prompt's first images, for several budgets, as folders that GenEval reads.",
            "DIR is a run, or any folder of 00000/metadata.jsonl with images in 00000/samples or 00000/midimg;",
            "it is not changed. Stopped at any moment, the same command goes on where it was.",
            "",
            "Examples:",
            "  reflectionflow filter out/geneval -o filtered",
            "  reflectionflow filter out/geneval -o filtered --budgets 1,4,16",
            "  reflectionflow filter out/geneval -o filtered \\",
            "      --verifier openai --verifier-url http://localhost:8000/v1 --verifier-model NAME",
            ""
        })
final class FilterCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder of prompts' folders.")
    private Path directory;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            required = true,
            description = "Folder for a GenEval folder of each budget, and the scores.")
    private Path output;

    @Option(
            names = "--budgets",
            paramLabel = "K",
            split = ",",
            defaultValue = "1,2,4,8,16,32",
            description = "How many of the first images to choose from. Default: ${DEFAULT-VALUE}.")
    private List<Integer> budgets;

    @Mixin
    private VerifierOptions verifier = new VerifierOptions();

    @Mixin
    private AskingOptions asking = new AskingOptions();

    @Override
    public Integer call() {
        for (int budget : budgets) {
            if (budget < 1) {
                throw new ParameterException(spec.commandLine(), "--budgets " + budget + " is not 1 or more");
            }
        }
        if (real(output).startsWith(real(directory))) {
            throw new ParameterException(
                    spec.commandLine(), output + " lies in " + directory + ", which is not to be changed");
        }
        FilterSource source = new FilterSource(directory);
        Console console = Console.of(spec.commandLine());
        return new FilterRun(console, verifier.create(spec, console, asking), output)
                .run(source, new TreeSet<>(budgets));
    }

    /** A path without links in it, as far as it is there. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        if (Files.exists(absolute)) {
            try {
                return absolute.toRealPath();
            } catch (IOException e) {
                return absolute;
            }
        }
        Path parent = absolute.getParent();
        return parent == null ? absolute : real(parent).resolve(absolute.getFileName());
    }
}

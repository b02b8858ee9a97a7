package dev.reflectionflow.cli;

import dev.reflectionflow.search.DrawingSettings;
import dev.reflectionflow.search.FlowConfig;
import dev.reflectionflow.search.PromptSource;
import dev.reflectionflow.search.SearchPrompt;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Options of {@code search}; {@link SearchRun} does the work. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        showEndOfOptionsDelimiterInUsageHelp = false,
        description = {
            "Draws many candidates, has each judged, and prints the best image's path.",
            "Stopped at any moment, the same command goes on where it was.",
            "",
            "Examples:",
            "  reflectionflow search \"a photo of a red circle left of a blue square\"",
            "  reflectionflow search \"three green stars\" --rounds 8 --branches 4 --seed 1 -o stars",
            "  reflectionflow search --prompts geneval.jsonl --end-index 10 -o out/geneval \\",
            "      --verifier openai --verifier-url http://localhost:8000/v1 --verifier-model NAME",
            ""
        })
final class SearchCommand implements Callable<Integer> {
    private final EngineOpener opener;

    @Spec
    CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "What the image should show.")
    String prompt;

    @ArgGroup(validate = false, heading = "%nSearch:%n")
    SearchOptions search = new SearchOptions();

    @ArgGroup(validate = false, heading = "%nVerifier:%n")
    VerifierOptions verifier = new VerifierOptions();

    @Mixin
    DrawingOptions drawing = new DrawingOptions();

    @Mixin
    ModelOptions model = new ModelOptions();

    SearchCommand(EngineOpener opener) {
        this.opener = opener;
    }

    /** What and how to search. */
    static final class SearchOptions {
        @Option(
                names = "--prompts",
                paramLabel = "FILE",
                description = "Prompts instead of PROMPT: a .txt, one a line, or a .jsonl of GenEval rows.")
        Path prompts;

        @Option(names = "--start-index", paramLabel = "I", description = "First row of the file. Default: 0.")
        Integer start;

        @Option(names = "--end-index", paramLabel = "I", description = "First row to leave out. Default: none.")
        Integer end;

        @Option(
                names = "--rounds",
                paramLabel = "N",
                defaultValue = "4",
                description = "Rounds, one after the other. Default: ${DEFAULT-VALUE}.")
        int rounds = 4;

        @Option(
                names = "--branches",
                paramLabel = "N",
                defaultValue = "4",
                description = "Candidates of a round. Default: ${DEFAULT-VALUE}.")
        int branches = 4;

        @Option(
                names = "--seed",
                paramLabel = "SEED",
                defaultValue = "0",
                description = "Seed of the whole search. Default: ${DEFAULT-VALUE}.")
        long seed;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "DIR",
                description = "Folder of the run, in GenEval's layout. Default: out/ and the prompt's words.")
        Path output;

        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                defaultValue = "text",
                description = "${COMPLETION-CANDIDATES}: paths, or an object per prompt with score and costs."
                        + " Default: ${DEFAULT-VALUE}.")
        OutputFormat format = OutputFormat.TEXT;
    }

    @Override
    public Integer call() {
        Console console = Console.of(spec.commandLine());
        EngineSettings settings = model.settings(spec);
        FlowConfig config = FlowConfig.builder()
                .rounds(search.rounds)
                .branches(search.branches)
                .seed(search.seed)
                .drawing(new DrawingSettings(
                        drawing.values.width,
                        drawing.values.height,
                        drawing.values.steps,
                        drawing.values.guidance,
                        drawing.values.maxSequenceLength))
                .build();
        List<SearchPrompt> prompts = prompts();
        prompts.forEach(one -> PromptCheck.check("prompt", one.text()));
        Path directory = search.output != null ? search.output : RunName.of(prompt, search.prompts);
        SearchRun run = new SearchRun(console, settings, config, search.format);
        return run.run(opener, prompts, directory, verifier.create(spec, console));
    }

    private List<SearchPrompt> prompts() {
        if ((prompt == null) == (search.prompts == null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    prompt == null ? "Missing PROMPT or --prompts FILE" : "Both PROMPT and --prompts");
        }
        if (prompt != null) {
            if (search.start != null || search.end != null) {
                throw new ParameterException(
                        spec.commandLine(), "--start-index and --end-index go with --prompts FILE");
            }
            return PromptSource.of(prompt);
        }
        int start = search.start == null ? 0 : search.start;
        if (search.end != null && search.end < 0) {
            throw new ParameterException(spec.commandLine(), "--end-index " + search.end + " is not 0 or more");
        }
        return PromptSource.slice(PromptSource.read(search.prompts), start, search.end == null ? -1 : search.end);
    }
}

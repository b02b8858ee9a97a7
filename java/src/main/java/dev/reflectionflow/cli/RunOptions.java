package dev.reflectionflow.cli;

import dev.reflectionflow.search.PromptSource;
import dev.reflectionflow.search.SearchPrompt;
import dev.reflectionflow.search.StartingImages;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where a search's prompts come from and its results go; also by the names of the released scripts. */
final class RunOptions {
    private static final int NO_END = -1;

    @Option(
            names = {"--prompts", "--meta_path"},
            paramLabel = "FILE",
            description = "Prompts instead of PROMPT: a .txt, one a line, or a .jsonl of GenEval rows.")
    Path prompts;

    @Option(
            names = {"--start-index", "--start_index"},
            paramLabel = "I",
            description = "First row of the prompts. Default: 0.")
    Integer start;

    @Option(
            names = {"--end-index", "--end_index"},
            paramLabel = "I",
            description = "First row to leave out, -1 for none. Default: none.")
    Integer end;

    @Option(
            names = "--imgpath",
            paramLabel = "DIR",
            description = "A run whose samples are the pool, not drawn again; without --prompts, its prompts too.")
    Path images;

    @Option(
            names = {"-o", "--output", "--output_dir"},
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

    @Option(
            names = {"--config", "--pipeline_config_path"},
            paramLabel = "FILE",
            description = {
                "YAML or JSON with these options by their names; the command line wins. The released scripts' files work"
                        + " unchanged; \"search --config-help\" shows what becomes of their keys."
            })
    Path config;

    /** The prompts, each with the images to start from where there are any. */
    List<SearchPrompt> prompts(CommandSpec spec, String prompt) {
        boolean fromFile = prompts != null || images != null;
        if ((prompt == null) != fromFile) {
            throw new ParameterException(
                    spec.commandLine(),
                    prompt == null
                            ? "Missing PROMPT, --prompts FILE or --imgpath DIR"
                            : "Both PROMPT and " + (prompts != null ? "--prompts" : "--imgpath"));
        }
        if (prompt != null) {
            if (start != null || end != null) {
                throw new ParameterException(
                        spec.commandLine(), "--start-index and --end-index go with --prompts FILE or --imgpath DIR");
            }
            return PromptSource.of(prompt);
        }
        if (end != null && end < NO_END) {
            throw new ParameterException(spec.commandLine(), "--end-index " + end + " is not 0 or more, or -1");
        }
        return images == null ? slice(PromptSource.read(prompts)) : started();
    }

    private List<SearchPrompt> started() {
        List<SearchPrompt> rows = prompts == null ? StartingImages.prompts(images) : PromptSource.read(prompts);
        return StartingImages.of(images, slice(rows));
    }

    private List<SearchPrompt> slice(List<SearchPrompt> rows) {
        return PromptSource.slice(rows, start == null ? 0 : start, end == null ? NO_END : end);
    }

    Path directory(String prompt) {
        return output != null ? output : RunName.of(prompt, prompts != null ? prompts : images);
    }
}

package dev.reflectionflow.cli;

import dev.reflectionflow.GenerationRequest;
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

/** Options of {@code generate}; {@link GenerateRun} does the work. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        showEndOfOptionsDelimiterInUsageHelp = false,
        description = {
            "Draws images for a prompt and prints where they are.",
            "",
            "Examples:",
            "  reflectionflow generate \"a photo of a red circle\"",
            "  reflectionflow generate \"two blue squares\" -n 4 --seed 7 -o squares --format json",
            "  reflectionflow generate \"a lighthouse at dusk\" -m black-forest-labs/FLUX.1-dev -W 768 -H 768",
            ""
        })
final class GenerateCommand implements Callable<Integer> {
    private final EngineOpener opener;

    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "PROMPT", description = "What to draw. After --, it may start with a dash.")
    String prompt;

    @Mixin
    DrawingOptions drawing = new DrawingOptions();

    @ArgGroup(validate = false, heading = "%nSeeds, text and output:%n")
    Own own = new Own();

    @Mixin
    ModelOptions model = new ModelOptions();

    @ArgGroup(validate = false, heading = "%nReflection:%n")
    ConditionOptions condition = new ConditionOptions();

    GenerateCommand(EngineOpener opener) {
        this.opener = opener;
    }

    /** What only this command has. */
    static final class Own {
        @Option(
                names = "--seed",
                paramLabel = "SEED",
                description = "Seed of the first image; the next ones count up. Default: at random, and told.")
        Long seed;

        @Option(
                names = "--noise-step",
                paramLabel = "SEED:DISTANCE",
                converter = NoiseStepConverter.class,
                description = "Step to a neighbour of the seed's noise, DISTANCE in (0, 1]; may be repeated."
                        + " Default: none.")
        List<GenerationRequest.NoiseStep> noiseSteps = List.of();

        @Option(
                names = {"-n", "--count"},
                paramLabel = "COUNT",
                defaultValue = "1",
                description = "How many images. Default: ${DEFAULT-VALUE}.")
        int count = 1;

        @Option(names = "--prompt-2", paramLabel = "TEXT", description = "What T5 reads. Default: the prompt.")
        String prompt2;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE|DIR",
                defaultValue = "image.png",
                description = "A .png file (for several: name-0001.png ...) or a folder (0000.png ...)."
                        + " Default: ${DEFAULT-VALUE}.")
        Path output;

        @Option(names = "--overwrite", description = "Replace files instead of choosing new names.")
        boolean overwrite;

        @Option(
                names = "--save-tensors",
                paramLabel = "FILE",
                description = "Write embeddings, sigmas, and each step's latents and velocity as safetensors;"
                        + " for one image.")
        Path tensors;

        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                defaultValue = "text",
                description = "${COMPLETION-CANDIDATES}: paths, or an object per image with hash and timings."
                        + " Default: ${DEFAULT-VALUE}.")
        OutputFormat format = OutputFormat.TEXT;
    }

    @Override
    public Integer call() {
        ModelOptions.requirePositive(spec, "--count", own.count);
        if (own.tensors != null && own.count > 1) {
            throw new ParameterException(spec.commandLine(), "--save-tensors goes with one image, not " + own.count);
        }
        Console console = Console.of(spec.commandLine());
        EngineSettings settings = model.settings(spec);
        PromptCheck.check("prompt", prompt);
        if (own.prompt2 != null) {
            PromptCheck.check("second prompt", own.prompt2);
        }
        if (prompt.isBlank()) {
            console.note("the prompt is empty: the image shows whatever the model likes");
        }
        GenerationRequest request = GenerationRequest.builder(prompt)
                .prompt2(own.prompt2)
                .width(drawing.values.width)
                .height(drawing.values.height)
                .steps(drawing.values.steps)
                .guidance(drawing.values.guidance)
                .maxSequenceLength(drawing.values.maxSequenceLength)
                .seed(own.seed)
                .noiseSteps(own.noiseSteps)
                .condition(condition.read(spec, model.values.loras))
                .build();
        OutputFiles files = OutputFiles.plan(own.output, own.count, own.overwrite);
        if (own.tensors != null) {
            OutputFiles.requireWritable(OutputFiles.parent(own.tensors));
        }
        new GenerateRun(console, own, files).run(opener, settings, request);
        return 0;
    }
}

package dev.reflectionflow.cli;

import dev.reflectionflow.GenerationRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of {@code bench}; {@link BenchRun} does the work. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Measures where the time of an image goes, with any model or with random weights.",
            "",
            "Examples:",
            "  reflectionflow bench",
            "  reflectionflow bench --random-weights flux-dev:1,2 --size 512 --condition 1024",
            "  reflectionflow bench -m black-forest-labs/FLUX.1-dev --size 1024x768 -s 2 --runs 3 --format json",
            ""
        })
final class BenchCommand implements Callable<Integer> {
    private final EngineOpener opener;

    @Spec
    CommandSpec spec;

    @ArgGroup(validate = false, heading = "%nWork:%n")
    Work work = new Work();

    @Mixin
    ModelOptions model = new ModelOptions();

    BenchCommand(EngineOpener opener) {
        this.opener = opener;
    }

    /** What to measure. */
    static final class Work {
        @Option(
                names = "--random-weights",
                paramLabel = "SHAPE",
                description = "No model's files but random weights: flux-dev, flux-schnell or scenes; flux-dev:2,4 has"
                        + " 2 double-stream and 4 single-stream blocks. Text encoders are left out.")
        String randomWeights;

        @Option(
                names = "--size",
                paramLabel = "SIZE",
                description = "Pixels, WIDTHxHEIGHT or one number for a square. Default: the model's.")
        String size;

        @Option(
                names = {"-s", "--steps"},
                paramLabel = "N",
                description = "Denoising steps of an image. Default: the model's; with random weights 4.")
        Integer steps;

        @Option(
                names = "--condition",
                paramLabel = "SIZE",
                description = "Add an earlier image: its tokens (1024 are 512x512 pixels), or WIDTHxHEIGHT in pixels.")
        String condition;

        @Option(
                names = "--max-sequence-length",
                paramLabel = "N",
                description = "Text tokens, 1 to 512. Default: the model's.")
        Integer maxSequenceLength;

        @Option(
                names = "--runs",
                paramLabel = "N",
                defaultValue = "5",
                description = "Batches that count. Default: ${DEFAULT-VALUE}.")
        int runs = 5;

        @Option(
                names = "--warm-up",
                paramLabel = "N",
                defaultValue = "1",
                description = "Batches before them that do not count. Default: ${DEFAULT-VALUE}.")
        int warmUp = 1;

        @Option(names = "--steps-only", description = "Stop before decoding; each batch's first step does not count.")
        boolean stepsOnly;

        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                defaultValue = "text",
                description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
        OutputFormat format = OutputFormat.TEXT;
    }

    @Override
    public Integer call() {
        ModelOptions.requirePositive(spec, "--runs", work.runs);
        if (work.warmUp < 0) {
            throw new ParameterException(spec.commandLine(), "--warm-up " + work.warmUp + " is not 0 or more");
        }
        EngineSettings settings = model.settings(spec);
        if (work.randomWeights != null) {
            if (settings.model() != null || settings.components() != null) {
                throw new ParameterException(
                        spec.commandLine(), "--random-weights goes without --model and --components");
            }
            settings = settings.withRandomWeights(work.randomWeights);
        }
        GenerationRequest.Builder request =
                GenerationRequest.builder("").steps(work.steps).maxSequenceLength(work.maxSequenceLength);
        if (work.size != null) {
            BenchSize size = BenchSize.pixels(spec, "--size", work.size);
            request.size(size.width(), size.height());
        }
        BenchSize condition = work.condition == null ? null : BenchSize.tokens(spec, "--condition", work.condition);
        Console console = Console.of(spec.commandLine());
        BenchResult result = new BenchRun(console, settings, work, condition).measure(opener, request.build());
        console.result(work.format == OutputFormat.JSON ? BenchReport.json(result) : BenchReport.text(result));
        return 0;
    }
}

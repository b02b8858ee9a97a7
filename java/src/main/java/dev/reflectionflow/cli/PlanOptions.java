package dev.reflectionflow.cli;

import dev.reflectionflow.engine.PerformanceMode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code doctor --plan} reckons with; null leaves a value to the model. */
final class PlanOptions extends SizeOptions {
    @Option(names = "--plan", description = "Show what must be on a GPU together, and which sizes of GPU suffice.")
    boolean plan;

    @Option(
            names = "--random-weights",
            paramLabel = "SHAPE",
            description = "Plan for a shape without its files: flux-dev, flux-schnell or scenes; flux-dev:2,4 has 2"
                    + " double-stream and 4 single-stream blocks.")
    String shape;

    @Option(
            names = {"--batch-size", "--batch"},
            paramLabel = "N",
            defaultValue = "1",
            description = "Images that pass the network together. Default: ${DEFAULT-VALUE}.")
    int batch = 1;

    @Option(
            names = "--condition-size",
            paramLabel = "N",
            defaultValue = "0",
            description = "Sides of an earlier image, a multiple of 16. Default: without one.")
    int conditionSize;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "Computing type: ${COMPLETION-CANDIDATES}. Default: what the weights are stored in.")
    Dtype dtype;

    @Option(
            names = "--performance-mode",
            paramLabel = "MODE",
            defaultValue = "exact",
            description = "${COMPLETION-CANDIDATES}; fp8 and int8 have the blocks' products in 8 bits. Default:"
                    + " ${DEFAULT-VALUE}.")
    PerformanceMode mode = PerformanceMode.EXACT;

    @Option(
            names = "--lora",
            paramLabel = "PATH[:SCALE]",
            converter = LoraArgument.Converter.class,
            description = "A LoRA or corrector beside the weights; may be repeated. Default: none.")
    List<LoraArgument> loras = new ArrayList<>();

    @Option(
            names = "--cache-threshold",
            paramLabel = "X",
            defaultValue = "0",
            description = "Above 0, the buffers of a cache of steps are counted. Default: ${DEFAULT-VALUE}, none.")
    double cacheThreshold;
}

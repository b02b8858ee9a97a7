package dev.reflectionflow.cli;

import dev.reflectionflow.engine.Device;
import dev.reflectionflow.engine.Offload;
import dev.reflectionflow.engine.PerformanceMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which model, and how to run it. */
final class ModelOptions {
    @ArgGroup(validate = false, heading = "%nModel:%n")
    final Values values = new Values();

    /** The options under their heading; a group inside a mixin, because two commands may not share a group. */
    static final class Values {
        @Option(
                names = {"-m", "--model"},
                paramLabel = "MODEL",
                description = "A diffusers folder, a safetensors file or a Hugging Face id in the local cache."
                        + " Default: the small model that comes along.")
        String model;

        @Option(
                names = "--components",
                paramLabel = "DIR",
                description = "Diffusers folder with what a single safetensors file lacks.")
        Path components;

        @Option(
                names = "--lora",
                paramLabel = "PATH[:SCALE]",
                converter = LoraArgument.Converter.class,
                description = "Adds a LoRA, scale 1 unless given; may be repeated.")
        List<LoraArgument> loras = new ArrayList<>();

        @Option(
                names = "--dtype",
                paramLabel = "TYPE",
                description = "Computing type: ${COMPLETION-CANDIDATES}. Default: what the weights are stored in.")
        Dtype dtype;

        @Option(
                names = "--device",
                paramLabel = "DEVICE",
                defaultValue = "cpu",
                converter = DeviceArgument.class,
                description = "Where to compute: cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
        Device device = Device.CPU;

        @Option(
                names = "--offload",
                paramLabel = "WHAT",
                split = ",",
                description = "Weights that are on a GPU only while they are used: ${COMPLETION-CANDIDATES}; may be"
                        + " repeated. Slower, same pictures; doctor --plan says what fits. Default: nothing leaves.")
        List<Offload> offload = new ArrayList<>();

        @Option(
                names = "--performance-mode",
                paramLabel = "MODE",
                defaultValue = "exact",
                description = "${COMPLETION-CANDIDATES}; fp8 and int8 have the blocks' products in 8 bits: approximate,"
                        + " in bf16 only. On a GPU fp8 needs compute capability 8.9, int8 8.0; the CPU has integer"
                        + " products and emulates fp8, without its speed. Default: ${DEFAULT-VALUE}.")
        PerformanceMode performance = PerformanceMode.EXACT;

        @Option(
                names = "--cache-threshold",
                paramLabel = "X",
                defaultValue = "0",
                description = "Skip all blocks but the first in steps in which its effect has changed by less than this"
                        + " share, 0 to 1: approximate, with a batch size of 1. Default: ${DEFAULT-VALUE}, none.")
        double cacheThreshold;

        @Option(
                names = "--threads",
                paramLabel = "N",
                description = "Threads to compute with. Default: all processors.")
        Integer threads;

        @Option(
                names = {"--batch-size", "--batch"},
                paramLabel = "N",
                defaultValue = "1",
                description = "Images that pass the network together. Default: ${DEFAULT-VALUE}.")
        int batchSize = 1;
    }

    /** Whether it is the small model that comes along. */
    boolean isShipped() {
        return values.model == null;
    }

    EngineSettings settings(CommandSpec spec) {
        return settings(spec, null);
    }

    /** @param corrector or null without one */
    EngineSettings settings(CommandSpec spec, LoraArgument corrector) {
        if (corrector != null && !values.loras.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--corrector goes alone: it cannot be combined with --lora");
        }
        requirePositive(spec, "--batch-size", values.batchSize);
        requirePositive(spec, "--threads", values.threads);
        return new EngineSettings(
                values.model,
                values.components,
                null,
                computing(spec),
                values.batchSize,
                List.copyOf(values.loras),
                Optional.ofNullable(corrector));
    }

    private Computing computing(CommandSpec spec) {
        if (!(values.cacheThreshold >= 0 && values.cacheThreshold <= 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--cache-threshold " + values.cacheThreshold + " is not from 0 to 1");
        }
        return new Computing(
                values.dtype,
                values.device,
                Set.copyOf(values.offload),
                values.performance,
                values.cacheThreshold,
                values.threads);
    }

    static void requirePositive(CommandSpec spec, String option, Integer value) {
        if (value != null && value < 1) {
            throw new ParameterException(spec.commandLine(), option + " " + value + " is not 1 or more");
        }
    }
}

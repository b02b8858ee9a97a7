package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.engine.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
                description = "Where to compute: cpu, cuda or cuda:N. Default: cpu.")
        String device;

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
        requireDevice(spec, values.device);
        return new EngineSettings(
                values.model,
                values.components,
                null,
                values.dtype,
                values.device,
                values.threads,
                values.batchSize,
                List.copyOf(values.loras),
                Optional.ofNullable(corrector));
    }

    private static void requireDevice(CommandSpec spec, String device) {
        try {
            if (device != null) {
                Device.of(device);
            }
        } catch (EngineException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    static void requirePositive(CommandSpec spec, String option, Integer value) {
        if (value != null && value < 1) {
            throw new ParameterException(spec.commandLine(), option + " " + value + " is not 1 or more");
        }
    }
}

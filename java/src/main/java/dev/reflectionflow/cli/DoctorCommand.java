package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.engine.FluxEngine;
import dev.reflectionflow.weights.GenerationDefaults;
import dev.reflectionflow.weights.ModelFiles;
import dev.reflectionflow.weights.ModelFolder;
import dev.reflectionflow.weights.ModelWeights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what this machine computes with, and what is missing. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Says what this machine computes with, and what is missing.",
            "",
            "Examples:",
            "  reflectionflow doctor",
            "  reflectionflow doctor --format json",
            "  reflectionflow doctor -m black-forest-labs/FLUX.1-dev",
            ""
        })
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "The model to look for. Default: the small model that comes along.")
    private String model;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.TEXT;

    @Override
    public Integer call() throws Exception {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("reflectionflow", Version.text());
        facts.putAll(Machine.facts());
        EngineException failure = model(facts);
        failure = engine(facts, failure);
        Console console = Console.of(spec.commandLine());
        if (format == OutputFormat.JSON) {
            console.result(new ObjectMapper().writeValueAsString(facts));
        } else {
            facts.forEach((name, value) -> console.result(
                    String.format("%-15s %s", name.replace('_', ' '), Console.oneLine(String.valueOf(value)))));
        }
        if (failure != null) {
            throw failure;
        }
        return 0;
    }

    private EngineException model(Map<String, Object> facts) {
        String name = model == null ? "the model that comes along" : model;
        try {
            ModelFiles files = ModelFolder.find(model, null);
            GenerationDefaults defaults = ModelWeights.open(files).defaults();
            facts.put(
                    "model",
                    files.transformer() + ", draws " + defaults.width() + "x" + defaults.height() + " in "
                            + defaults.steps() + " steps");
            return null;
        } catch (EngineException e) {
            facts.put("model", "not usable: " + e.getMessage());
            return new EngineException(e.code(), name + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The failure to end with: without an engine the model does not matter. */
    private static EngineException engine(Map<String, Object> facts, EngineException before) {
        try {
            Map<String, String> about = FluxEngine.about();
            String libtorch = about.getOrDefault("libtorch", "of unknown version");
            facts.put(
                    "libtorch",
                    libtorch
                            + Machine.mapped("libtorch_cpu.so")
                                    .map(from -> " from " + from)
                                    .orElse(""));
            about.forEach(facts::putIfAbsent);
            facts.put("cuda", "not in this build: it computes on the CPU" + Machine.unusedGpu());
            return before;
        } catch (LinkageError | RuntimeException e) {
            String reason = Failures.reason(e);
            facts.put("libtorch", "not usable: " + reason);
            facts.put("cuda", "unknown without LibTorch");
            return new EngineException(ErrorCode.DEVICE, "the native libraries cannot be used: " + reason, e);
        }
    }
}

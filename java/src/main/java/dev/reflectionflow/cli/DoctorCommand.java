package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.engine.Device;
import dev.reflectionflow.engine.FluxEngine;
import dev.reflectionflow.weights.GenerationDefaults;
import dev.reflectionflow.weights.ModelFiles;
import dev.reflectionflow.weights.ModelFolder;
import dev.reflectionflow.weights.ModelWeights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
            "  reflectionflow doctor -m black-forest-labs/FLUX.1-dev",
            "  reflectionflow doctor --check cuda",
            "  reflectionflow doctor --plan --random-weights flux-dev --condition-size 512",
            ""
        })
final class DoctorCommand implements Callable<Integer> {
    private final EngineOpener opener;

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

    @Option(
            names = "--check",
            paramLabel = "DEVICE",
            converter = DeviceArgument.class,
            description = "Draw the same on cpu, cuda or cuda:N and on the CPU, and compare.")
    private Device check;

    @ArgGroup(exclusive = false, heading = "%nMemory of a GPU:%n")
    private PlanOptions plan;

    DoctorCommand(EngineOpener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() throws Exception {
        if (plan != null) {
            return plan();
        }
        Console console = Console.of(spec.commandLine());
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("reflectionflow", Version.text());
        facts.putAll(Machine.facts());
        EngineException failure = model(facts);
        failure = engine(facts, failure);
        if (check != null && failure == null) {
            failure = new DeviceCheck(console, opener, check).addTo(facts);
        }
        if (format == OutputFormat.JSON) {
            console.result(new ObjectMapper().writeValueAsString(facts));
        } else {
            facts.forEach((name, value) -> console.result(
                    String.format("%-18s %s", name.replace('_', ' '), Console.oneLine(String.valueOf(value)))));
        }
        if (failure != null) {
            throw failure;
        }
        return 0;
    }

    private int plan() {
        if (check != null) {
            throw new ParameterException(spec.commandLine(), "--check goes without --plan");
        }
        if (!plan.plan) {
            throw new ParameterException(spec.commandLine(), "sizes and types go with --plan");
        }
        if (plan.shape != null && model != null) {
            throw new ParameterException(spec.commandLine(), "--random-weights goes without --model");
        }
        PlanReport report = new PlanRun(plan, model).report();
        Console.of(spec.commandLine()).result(format == OutputFormat.JSON ? report.json() : report.text());
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
            List<String> files = Machine.mapped("libtorch_cpu.so");
            facts.put("libtorch", files.isEmpty() ? libtorch : libtorch + " from " + files.get(0));
            facts.put("openmp", openMp(Machine.mapped("libgomp")));
            about.forEach(facts::putIfAbsent);
            return before;
        } catch (EngineException e) {
            return unusable(facts, e.getMessage(), e);
        } catch (LinkageError | RuntimeException e) {
            return unusable(facts, "the native libraries cannot be used: " + Failures.reason(e), e);
        }
    }

    private static EngineException unusable(Map<String, Object> facts, String reason, Throwable cause) {
        facts.put("libtorch", reason);
        facts.put("cuda", "unknown without LibTorch");
        return new EngineException(ErrorCode.DEVICE, reason, cause);
    }

    /** Our kernels and LibTorch's loops must share one runtime: two would each start threads for all cores. */
    static String openMp(List<String> runtimes) {
        String files = String.join(" and ", runtimes);
        return runtimes.size() > 1 ? "two runtimes, which take the cores from each other: " + files : files;
    }
}

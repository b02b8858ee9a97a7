package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.Approximations;
import dev.reflectionflow.engine.plan.PlanRequest;
import dev.reflectionflow.engine.plan.Residency;
import dev.reflectionflow.engine.plan.ResidencyPlan;
import dev.reflectionflow.engine.plan.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A residency plan as tables or JSON. */
final class PlanReport {
    private static final Residency LEAST = Residency.ONLY_BLOCKS_STAY;

    private final String model;
    private final ResidencyPlan plan;
    private final double cacheThreshold;

    PlanReport(String model, ResidencyPlan plan, double cacheThreshold) {
        this.model = model;
        this.plan = plan;
        this.cacheThreshold = cacheThreshold;
    }

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add("model            " + Console.oneLine(model) + ", " + type());
        lines.add("image            " + image());
        lines.add("");
        lines.add("weights              GiB");
        components().forEach((name, bytes) -> lines.add(row(name, bytes)));
        lines.add("");
        lines.add("stage            weights  beside  together (GiB; with --offload " + LEAST.offload() + ")");
        for (Stage stage : plan.stages()) {
            long together = plan.needed(stage, LEAST);
            lines.add(String.format(
                    Locale.ROOT,
                    "%-16s %7.2f %7.2f %9.2f",
                    stage.name(),
                    gib(together - stage.besides()),
                    gib(stage.besides()),
                    gib(together)));
        }
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "GPU              what stays on it (%.0f GiB are kept for CUDA and its libraries)",
                gib(ResidencyPlan.RESERVE)));
        ResidencyPlan.DEVICES.forEach(size -> lines.add(String.format("%-16s %s", size + " GiB", verdict(size))));
        return String.join(System.lineSeparator(), lines);
    }

    String json() {
        PlanRequest request = plan.request();
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("model", model)
                .put("width", request.width())
                .put("height", request.height())
                .put("batch", request.batch())
                .put("steps", request.steps())
                .put("text_tokens", request.textTokens())
                .put("condition_size", request.conditionSide())
                .put("element_bytes", request.bytes())
                .put("performance_mode", mode())
                .put("cache_threshold", cacheThreshold)
                .put("tiled_decode", plan.tiled());
        ObjectNode weights = node.putObject("weight_bytes");
        components().forEach((name, bytes) -> weights.put(name.replace(' ', '_'), bytes));
        node.put("workspace_bytes", plan.workspace()).put("table_bytes", plan.tables());
        node.put("reserve_bytes", ResidencyPlan.RESERVE);
        ArrayNode stages = node.putArray("stages");
        for (Stage stage : plan.stages()) {
            stages.addObject()
                    .put("name", stage.name())
                    .put("beside_bytes", stage.besides())
                    .put("together_bytes", plan.needed(stage, LEAST));
        }
        ObjectNode peaks = node.putObject("peak_bytes");
        for (Residency residency : Residency.values()) {
            peaks.put(key(residency), plan.peak(residency));
        }
        ObjectNode fits = node.putObject("fits");
        for (int size : ResidencyPlan.DEVICES) {
            fits.put(size + "_gib", fitting(size).map(PlanReport::key).orElse(null));
        }
        return node.toString();
    }

    private Map<String, Long> components() {
        Map<String, Long> bytes = new LinkedHashMap<>();
        bytes.put("clip", plan.weights().clip());
        bytes.put("t5", plan.weights().t5());
        bytes.put("transformer", plan.weights().blocks());
        bytes.put("modulation", plan.weights().modulation());
        bytes.put("autoencoder", plan.weights().autoencoder());
        if (plan.loras() > 0) {
            bytes.put("loras", plan.loras());
        }
        bytes.put("all", plan.weights().all() + plan.loras());
        return bytes;
    }

    private String image() {
        PlanRequest request = plan.request();
        String condition = request.conditionSide() == 0
                ? ""
                : ", condition of " + request.conditionSide() + "x" + request.conditionSide();
        return request.width() + "x" + request.height() + ", batch " + request.batch() + ", " + request.steps()
                + " steps, " + request.textTokens() + " text tokens" + condition
                + (plan.tiled() ? ", decoded in tiles" : "");
    }

    private String verdict(int size) {
        return fitting(size)
                .map(PlanReport::advice)
                .orElseGet(() ->
                        String.format(Locale.ROOT, "does not suffice: %.2f GiB are needed", gib(plan.peak(LEAST))));
    }

    private static String advice(Residency residency) {
        return residency.offload().isEmpty()
                ? residency.description()
                : "--offload " + residency.offload() + ": " + residency.description();
    }

    /** Its offload, or {@code none}. */
    private static String key(Residency residency) {
        return residency.offload().isEmpty() ? "none" : residency.offload();
    }

    private Optional<Residency> fitting(int size) {
        return plan.fitting((long) size << 30);
    }

    private String type() {
        return (plan.request().bytes() == 4 ? Dtype.FP32 : Dtype.BF16) + ", "
                + Approximations.words(Approximations.of(mode(), cacheThreshold));
    }

    private String mode() {
        return plan.request().products().toString();
    }

    private static String row(String name, long bytes) {
        return String.format(Locale.ROOT, "%-16s %7.2f", name, gib(bytes));
    }

    private static double gib(long bytes) {
        return bytes / (double) (1 << 30);
    }
}

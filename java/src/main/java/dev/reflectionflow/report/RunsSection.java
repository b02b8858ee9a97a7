package dev.reflectionflow.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What was run: the settings of the runs. */
final class RunsSection {
    private static final int SHORT_HASH = 12;

    private final List<Strategy> strategies;
    private final Markup out;

    RunsSection(List<Strategy> strategies, Markup out) {
        this.strategies = strategies;
        this.out = out;
    }

    void write() {
        out.open("section", "id", "runs").element("h2", "Runs");
        List<List<String>> rows = new ArrayList<>();
        for (Strategy one : strategies) {
            String hash = one.setting("model_hash");
            rows.add(List.of(
                    one.label(),
                    String.valueOf(one.run().directory().normalize()),
                    one.setting("width") + "\u00d7" + one.setting("height"),
                    one.setting("steps"),
                    one.setting("guidance"),
                    one.setting("seed"),
                    one.computed(),
                    role(one, "verifier"),
                    role(one, "reflector"),
                    role(one, "refiner"),
                    hash.substring(0, Math.min(SHORT_HASH, hash.length()))));
        }
        new Table(
                        "What was run",
                        List.of(
                                "Strategy",
                                "Folder",
                                "Size",
                                "Steps",
                                "Guidance",
                                "Seed",
                                "Computed",
                                "Verifier",
                                "Reflector",
                                "Refiner",
                                "Model hash"),
                        rows)
                .write(out);
        if (strategies.stream()
                        .map(one -> one.config().path("verifier"))
                        .distinct()
                        .count()
                > 1) {
            out.element(
                    "p",
                    "The runs were judged by different verifiers: their scores cannot be compared.",
                    "class",
                    "warning");
        }
        for (Strategy one : strategies) {
            out.open("details").element("summary", "Configuration of " + one.label());
            out.element("pre", one.config().toPrettyString(), "tabindex", "0").close("details");
        }
        out.close("section").raw("\n");
    }

    private static String role(Strategy one, String role) {
        JsonNode value = one.config().path(role);
        String model = value.path("model").asText("");
        return value.path("name").asText("\u2013") + (model.isEmpty() ? "" : " (" + model + ")");
    }
}

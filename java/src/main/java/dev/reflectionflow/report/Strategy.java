package dev.reflectionflow.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.Approximations;
import dev.reflectionflow.run.Budget;
import dev.reflectionflow.run.RecordedRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A run as the report compares it with others.
 *
 * @param label its strategy, width and depth, with the folder's name where several runs share those
 * @param run the folder
 * @param prompts in their rows' order
 */
record Strategy(String label, RecordedRun run, List<PromptTree> prompts) {
    /** Reads runs, in the order given. */
    static List<Strategy> read(List<Path> directories) {
        List<RecordedRun> runs =
                directories.stream().distinct().map(RecordedRun::read).toList();
        List<String> labels = labels(runs);
        List<Strategy> strategies = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            RecordedRun run = runs.get(i);
            List<PromptTree> prompts = run.records().promptIndexes().stream()
                    .map(index -> PromptTree.of(run, index))
                    .toList();
            strategies.add(new Strategy(labels.get(i), run, prompts));
        }
        return strategies;
    }

    /** The shortest of three kinds of names that tells all runs apart. */
    private static List<String> labels(List<RecordedRun> runs) {
        List<Function<RecordedRun, String>> kinds = List.of(
                run -> name(run.config()),
                run -> name(run.config()) + ", "
                        + run.directory().toAbsolutePath().normalize().getFileName(),
                run -> name(run.config()) + ", " + run.directory());
        return kinds.stream()
                .map(kind -> runs.stream().map(kind).toList())
                .filter(labels -> labels.stream().distinct().count() == labels.size())
                .findFirst()
                .orElseThrow();
    }

    private static String name(JsonNode config) {
        return config.path("strategy").asText("search") + " "
                + config.path("rounds").asText("?") + "\u00d7"
                + config.path("branches").asText("?")
                + (config.has("approximate") ? " (approximate)" : "");
    }

    /** {@code exact}, or what makes its pictures approximate. */
    String computed() {
        return Approximations.marked(run.approximations());
    }

    String setting(String name) {
        return config().path(name).asText("");
    }

    JsonNode config() {
        return run.config();
    }

    Budget cost() {
        return prompts.stream().map(PromptTree::cost).reduce(Budget.NONE, Budget::plus);
    }

    long images() {
        return prompts.stream().mapToLong(prompt -> prompt.nodes().size()).sum();
    }
}

package dev.reflectionflow.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.run.Cost;
import dev.reflectionflow.run.RecordedRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        Map<String, List<RecordedRun>> byName = new LinkedHashMap<>();
        runs.forEach(run -> byName.computeIfAbsent(name(run.config()), any -> new ArrayList<>())
                .add(run));
        return runs.stream()
                .map(run -> {
                    String name = name(run.config());
                    String label = byName.get(name).size() == 1 ? name : name + " (" + run.directory() + ")";
                    List<PromptTree> prompts = run.records().promptIndexes().stream()
                            .map(index -> PromptTree.of(run, index))
                            .toList();
                    return new Strategy(label, run, prompts);
                })
                .toList();
    }

    private static String name(JsonNode config) {
        return config.path("strategy").asText("search") + " "
                + config.path("rounds").asText("?") + "\u00d7"
                + config.path("branches").asText("?");
    }

    String setting(String name) {
        return config().path(name).asText("");
    }

    JsonNode config() {
        return run.config();
    }

    Cost cost() {
        return prompts.stream().map(PromptTree::cost).reduce(Cost.NONE, Cost::plus);
    }

    long images() {
        return prompts.stream().mapToLong(prompt -> prompt.nodes().size()).sum();
    }
}

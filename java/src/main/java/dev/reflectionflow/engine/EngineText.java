package dev.reflectionflow.engine;

import dev.reflectionflow.Execution;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads what the native engine says of itself in lines of {@code key=value}. */
final class EngineText {
    private EngineText() {}

    /** In the text's order. */
    static Map<String, String> values(String lines) {
        Map<String, String> values = new LinkedHashMap<>();
        lines.lines().map(line -> line.split("=", 2)).forEach(pair -> values.put(pair[0], pair[1]));
        return values;
    }

    /** Of {@code describe_run} in {@code engine.h}. */
    static Execution execution(String lines) {
        Map<String, String> values = values(lines);
        String[] attention = values.get("attention").split(": ", 2);
        return new Execution(
                attention[0],
                attention[1],
                Integer.parseInt(values.get("graph_launches")),
                Optional.ofNullable(values.get("graph_failure")),
                Integer.parseInt(values.getOrDefault("skipped_steps", "0")));
    }
}

package dev.reflectionflow;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What makes pictures approximate, by name: the one wording of every command and report. */
public final class Approximations {
    /** Where nothing does. */
    public static final String EXACT = "exact";

    private Approximations() {}

    /**
     * The names and values that a run's configuration and the commands' JSON have; none where all is exact.
     *
     * @param performance {@code exact} or the mode of the products
     * @param cacheThreshold 0 where no step is skipped
     */
    public static Map<String, String> of(String performance, double cacheThreshold) {
        Map<String, String> values = new LinkedHashMap<>();
        if (!performance.equals(EXACT)) {
            values.put("performance_mode", performance);
        }
        if (cacheThreshold > 0) {
            values.put("cache_threshold", Double.toString(cacheThreshold));
        }
        return values;
    }

    /** {@code exact}, or what there is: {@code performance mode int8, cache threshold 0.2}. */
    public static String words(Map<String, String> values) {
        return values.isEmpty()
                ? EXACT
                : values.entrySet().stream()
                        .map(value -> value.getKey().replace('_', ' ') + " " + value.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** {@link #words} behind {@code approximate: }, where anything is. */
    public static String marked(Map<String, String> values) {
        return values.isEmpty() ? EXACT : "approximate: " + words(values);
    }
}

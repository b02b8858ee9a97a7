package dev.reflectionflow.weights;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects renamed views and compares them with what is expected. */
final class Renaming {
    private final Path source;
    private final Map<String, long[]> expected;
    private final Map<String, WeightView> views = new TreeMap<>();
    private final Map<String, String> unknown = new LinkedHashMap<>();

    Renaming(Path source, Map<String, long[]> expected) {
        this.source = source;
        this.expected = expected;
    }

    void unknown(String name) {
        unknown.put(name, name);
    }

    void add(WeightView view) {
        long[] shape = expected.get(view.name());
        if (shape == null) {
            unknown(view.name());
            return;
        }
        ExpectedWeights.check(view, shape);
        if (views.put(view.name(), view) != null) {
            throw InvalidFile.of(source, view.name() + " is there twice under different names");
        }
    }

    Map<String, WeightView> finish() {
        if (!unknown.isEmpty()) {
            throw InvalidFile.of(source, list(unknown.keySet(), "unknown tensor"));
        }
        List<String> missing = expected.keySet().stream()
                .filter(name -> !views.containsKey(name))
                .toList();
        if (!missing.isEmpty()) {
            throw InvalidFile.of(source, list(missing, "missing tensor") + " (names as ReflectionFlow has them)");
        }
        return views;
    }

    private static String list(Collection<String> names, String what) {
        String first = String.join(", ", names.stream().limit(5).toList());
        String more = names.size() > 5 ? ", ..." : "";
        return names.size() + " " + what + (names.size() == 1 ? ": " : "s: ") + first + more;
    }
}

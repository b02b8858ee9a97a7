package dev.reflectionflow.weights;

import java.util.LinkedHashMap;
import java.util.Map;

/** Collects names and shapes, layer by layer. */
final class WeightShapes {
    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    Map<String, long[]> all() {
        return shapes;
    }

    void weight(String name, long... shape) {
        shapes.put(name + ".weight", shape);
    }

    void linear(String name, long out, long in) {
        weight(name, out, in);
        shapes.put(name + ".bias", new long[] {out});
    }

    void norm(String name, long width) {
        weight(name, width);
        shapes.put(name + ".bias", new long[] {width});
    }

    void convolution(String name, long out, long in, long side) {
        weight(name, out, in, side, side);
        shapes.put(name + ".bias", new long[] {out});
    }
}

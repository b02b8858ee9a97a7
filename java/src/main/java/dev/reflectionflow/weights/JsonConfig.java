package dev.reflectionflow.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.EngineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Typed access to a configuration file; every complaint names the file and the key. */
final class JsonConfig {
    private final Path file;
    private final JsonNode root;

    private JsonConfig(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    static JsonConfig read(Path file) {
        return new JsonConfig(file, StrictJson.readObject(file));
    }

    /** Whether the key has a value other than null. */
    boolean has(String key) {
        return root.hasNonNull(key);
    }

    int integer(String key, int least, int most) {
        JsonNode node = root.get(key);
        if (node == null || !node.isIntegralNumber() || !node.canConvertToInt()) {
            throw bad(key, "must be a whole number");
        }
        if (node.intValue() < least || node.intValue() > most) {
            throw bad(key, "must be " + least + " to " + most);
        }
        return node.intValue();
    }

    int integer(String key, int least, int most, int defaultValue) {
        return has(key) ? integer(key, least, most) : defaultValue;
    }

    double number(String key, double defaultValue) {
        if (!has(key)) {
            return defaultValue;
        }
        JsonNode node = root.get(key);
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw bad(key, "must be a finite number");
        }
        return node.doubleValue();
    }

    double positive(String key, double defaultValue) {
        double value = number(key, defaultValue);
        if (value <= 0) {
            throw bad(key, "must be greater than 0");
        }
        return value;
    }

    boolean flag(String key, boolean defaultValue) {
        if (has(key) && !root.get(key).isBoolean()) {
            throw bad(key, "must be true or false");
        }
        return has(key) ? root.get(key).booleanValue() : defaultValue;
    }

    String text(String key, String defaultValue) {
        if (has(key) && !root.get(key).isTextual()) {
            throw bad(key, "must be a string");
        }
        return has(key) ? root.get(key).textValue() : defaultValue;
    }

    List<Integer> integers(String key, int least, int most) {
        JsonNode node = root.get(key);
        List<Integer> values = new ArrayList<>();
        if (node == null || !node.isArray() || node.isEmpty() || node.size() > 64) {
            throw bad(key, "must be a list of whole numbers");
        }
        for (JsonNode item : node) {
            if (!item.isIntegralNumber()
                    || !item.canConvertToInt()
                    || item.intValue() < least
                    || item.intValue() > most) {
                throw bad(key, "must be a list of whole numbers from " + least + " to " + most);
            }
            values.add(item.intValue());
        }
        return List.copyOf(values);
    }

    /** Refuses every value but {@code only}; an absent key passes. */
    void requireText(String key, String only) {
        if (!text(key, only).equals(only)) {
            throw bad(key, "is not supported; only " + only + " is");
        }
    }

    void requireFlag(String key, boolean only) {
        if (flag(key, only) != only) {
            throw bad(key, "is not supported; only " + only + " is");
        }
    }

    void requireNumber(String key, double only) {
        if (number(key, only) != only) {
            throw bad(key, "is not supported; only " + only + " is");
        }
    }

    void requireAbsent(String key) {
        if (has(key)) {
            throw bad(key, "is not supported; only null is");
        }
    }

    void requireAll(String key, String only) {
        if (!has(key)) {
            return;
        }
        if (!root.get(key).isArray()) {
            throw bad(key, "must be a list of strings");
        }
        for (JsonNode item : root.get(key)) {
            if (!item.isTextual() || !item.textValue().equals(only)) {
                throw bad(key, "is not supported; only " + only + " is");
            }
        }
    }

    /** An error about one key, with the value that the file has for it. */
    EngineException bad(String key, String cause) {
        JsonNode node = root.get(key);
        String value = node == null ? "absent" : InvalidFile.oneLine(node.toString());
        return InvalidFile.of(file, key + " (" + value + ") " + cause);
    }
}

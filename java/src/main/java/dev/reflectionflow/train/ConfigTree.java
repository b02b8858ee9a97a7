package dev.reflectionflow.train;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Typed access to a YAML file by dotted keys; complaints name file and key, and what was never asked for can be told. */
final class ConfigTree {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final ObjectNode root;
    private final Set<String> asked = new HashSet<>();

    private ConfigTree(Path file, ObjectNode root) {
        this.file = file;
        this.root = root;
    }

    /** @throws EngineException {@code INVALID_FILE} for what is no YAML object */
    static ConfigTree read(Path file) {
        try {
            JsonNode node = YAML.readTree(Files.readString(file));
            if (!node.isObject()) {
                throw new EngineException(ErrorCode.INVALID_FILE, file + ": holds no keys, such as \"stage: text\"");
            }
            return new ConfigTree(file, (ObjectNode) node);
        } catch (JsonProcessingException e) {
            String why = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": not YAML: " + why, e);
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be read", e);
        }
    }

    /**
     * Puts a value in the place of the file's.
     *
     * @param setting such as {@code train.batch_size=4}; the value is YAML
     * @throws EngineException {@code INVALID_ARGUMENT} for anything else
     */
    void set(String setting) {
        int equals = setting.indexOf('=');
        if (equals < 1) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT, "--set " + setting + ": needs key=value, such as train.batch_size=4");
        }
        ObjectNode owner = root;
        String[] keys = setting.substring(0, equals).split("\\.", -1);
        for (int i = 0; i + 1 < keys.length; i++) {
            JsonNode next = owner.get(keys[i]);
            owner = next instanceof ObjectNode object ? object : owner.putObject(keys[i]);
        }
        try {
            owner.set(keys[keys.length - 1], YAML.readTree(setting.substring(equals + 1)));
        } catch (JsonProcessingException e) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, "--set " + setting + ": the value is not YAML", e);
        }
    }

    boolean has(String key) {
        return node(key).isPresent();
    }

    String text(String key, String missing) {
        return node(key)
                .map(node -> checked(key, node, JsonNode::isValueNode, "must be a text")
                        .asText())
                .orElse(missing);
    }

    boolean flag(String key, boolean missing) {
        return node(key)
                .map(node -> checked(key, node, JsonNode::isBoolean, "must be true or false")
                        .booleanValue())
                .orElse(missing);
    }

    int integer(String key, int least, int missing) {
        return node(key)
                .map(node -> checked(
                                key,
                                node,
                                n -> n.isIntegralNumber() && n.canConvertToInt() && n.intValue() >= least,
                                "must be a whole number of at least " + least)
                        .intValue())
                .orElse(missing);
    }

    double number(String key, double least, double most, double missing) {
        return node(key)
                .map(node -> checked(
                                key,
                                node,
                                n -> n.isNumber() && n.doubleValue() >= least && n.doubleValue() <= most,
                                "must be a number from " + plain(least) + " to " + plain(most))
                        .doubleValue())
                .orElse(missing);
    }

    /** Numbers of a list, or one number as a list. */
    List<Double> numbers(String key, List<Double> missing) {
        return node(key)
                .map(node -> {
                    List<Double> values = new ArrayList<>();
                    elements(node)
                            .forEach(e -> values.add(checked(key, e, JsonNode::isNumber, "must be a list of numbers")
                                    .doubleValue()));
                    return values;
                })
                .orElse(missing);
    }

    /** Texts of a list, or one text as a list. */
    List<String> texts(String key, List<String> missing) {
        return node(key)
                .map(node -> {
                    List<String> values = new ArrayList<>();
                    elements(node)
                            .forEach(e -> values.add(checked(key, e, JsonNode::isValueNode, "must be a list of texts")
                                    .asText()));
                    return values;
                })
                .orElse(missing);
    }

    /** Names of the values of an object, in the file's order. */
    List<String> names(String key) {
        return node(key)
                .map(node -> {
                    List<String> names = new ArrayList<>();
                    checked(key, node, JsonNode::isObject, "must be an object")
                            .fieldNames()
                            .forEachRemaining(names::add);
                    return names;
                })
                .orElse(List.of());
    }

    <E extends Enum<E>> E choice(String key, Class<E> type, E missing) {
        String text = text(key, missing.name().toLowerCase(java.util.Locale.ROOT));
        for (E value : type.getEnumConstants()) {
            if (value.name().equalsIgnoreCase(text)) {
                return value;
            }
        }
        StringBuilder names = new StringBuilder();
        for (E value : type.getEnumConstants()) {
            names.append(names.isEmpty() ? "" : ", ").append(value.name().toLowerCase(java.util.Locale.ROOT));
        }
        throw bad(key, "must be one of " + names);
    }

    /** Keys whose values nobody asked for. */
    List<String> unasked() {
        List<String> keys = new ArrayList<>();
        collect("", root, keys);
        return keys;
    }

    EngineException bad(String key, String cause) {
        String value = node(key).map(JsonNode::toString).orElse("absent");
        return new EngineException(ErrorCode.INVALID_FILE, file + ": " + key + " (" + value + ") " + cause);
    }

    private void collect(String prefix, ObjectNode node, List<String> keys) {
        node.fields().forEachRemaining(field -> {
            String key = prefix + field.getKey();
            if (asked.contains(key)) {
                return;
            }
            if (field.getValue() instanceof ObjectNode object && !object.isEmpty()) {
                collect(key + ".", object, keys);
            } else {
                keys.add(key);
            }
        });
    }

    private Optional<JsonNode> node(String key) {
        asked.add(key);
        JsonNode node = root;
        for (String part : key.split("\\.")) {
            node = node.path(part);
        }
        return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(node);
    }

    private JsonNode checked(String key, JsonNode node, Predicate<JsonNode> fits, String cause) {
        if (!fits.test(node)) {
            throw bad(key, cause);
        }
        return node;
    }

    private static Iterable<JsonNode> elements(JsonNode node) {
        return node.isArray() ? node : List.of(node);
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : "" + value;
    }
}

package dev.reflectionflow.train;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.EngineException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Typed access to a YAML file by dotted keys; complaints name file or setting, and key. */
final class ConfigTree {
    private final YamlTree tree;

    private ConfigTree(YamlTree tree) {
        this.tree = tree;
    }

    /**
     * Reads a file and puts settings in the place of its values.
     *
     * @throws EngineException as of {@link YamlTree}
     */
    static ConfigTree read(Path file, List<String> settings) {
        YamlTree tree = YamlTree.read(file);
        settings.forEach(tree::set);
        return new ConfigTree(tree);
    }

    private Optional<JsonNode> node(String key) {
        return tree.node(key);
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
        return list(key, missing, JsonNode::isNumber, "must be a list of numbers", JsonNode::doubleValue);
    }

    /** Texts of a list, or one text as a list. */
    List<String> texts(String key, List<String> missing) {
        return list(key, missing, JsonNode::isValueNode, "must be a list of texts", JsonNode::asText);
    }

    private <T> List<T> list(
            String key, List<T> missing, Predicate<JsonNode> fits, String cause, Function<JsonNode, T> value) {
        Optional<JsonNode> node = node(key);
        if (node.isEmpty()) {
            return missing;
        }
        List<T> values = new ArrayList<>();
        elements(node.get()).forEach(element -> values.add(value.apply(checked(key, element, fits, cause))));
        return values;
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
        String text = text(key, missing.name().toLowerCase(Locale.ROOT));
        for (E value : type.getEnumConstants()) {
            if (value.name().equalsIgnoreCase(text)) {
                return value;
            }
        }
        String names = Arrays.stream(type.getEnumConstants())
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        throw bad(key, "must be one of " + names);
    }

    Path path(String key, String missing) {
        try {
            return Path.of(text(key, missing));
        } catch (InvalidPathException e) {
            throw bad(key, "is no path");
        }
    }

    /** Keys whose values nobody asked for. */
    List<String> unasked() {
        return tree.unasked();
    }

    /** Whether a setting gave a key its value. */
    boolean isSet(String key) {
        return tree.isSet(key);
    }

    EngineException bad(String key, String cause) {
        return tree.wrong(key, cause);
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

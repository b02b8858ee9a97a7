package dev.reflectionflow.train;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A YAML file's nodes by dotted keys, with settings in their place; it knows what was asked for, and who said what. */
final class YamlTree {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final ObjectNode root;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Set<String> asked = new HashSet<>();

    private YamlTree(Path file, ObjectNode root) {
        this.file = file;
        this.root = root;
    }

    /** @throws EngineException {@code INVALID_FILE} for what is no YAML object */
    static YamlTree read(Path file) {
        try {
            JsonNode node = YAML.readTree(Files.readString(file));
            if (!node.isObject()) {
                throw new EngineException(ErrorCode.INVALID_FILE, file + ": holds no keys, such as \"stage: text\"");
            }
            return new YamlTree(file, (ObjectNode) node);
        } catch (JsonProcessingException e) {
            String why = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": not YAML: " + why, e);
        } catch (CharacterCodingException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": not UTF-8 text", e);
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
        if (equals < 1 || setting.substring(equals + 1).isBlank()) {
            throw bad(setting, "needs key=value, such as train.batch_size=4");
        }
        String key = setting.substring(0, equals);
        ObjectNode owner = root;
        String[] names = key.split("\\.", -1);
        for (int i = 0; i + 1 < names.length; i++) {
            JsonNode next = owner.get(names[i]);
            owner = next instanceof ObjectNode object ? object : owner.putObject(names[i]);
        }
        try {
            owner.set(names[names.length - 1], YAML.readTree(setting.substring(equals + 1)));
        } catch (JsonProcessingException e) {
            throw bad(setting, "the value is not YAML");
        }
        settings.put(key, setting);
    }

    /** The value of a key; null counts as absent. */
    Optional<JsonNode> node(String key) {
        asked.add(key);
        JsonNode node = root;
        for (String part : key.split("\\.")) {
            node = node.path(part);
        }
        return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(node);
    }

    /** Keys whose values nobody asked for. */
    List<String> unasked() {
        List<String> keys = new ArrayList<>();
        collect("", root, keys);
        return keys;
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

    /** The setting that gave a key its value, or one of those below it; empty where the file did. */
    private Optional<String> setting(String key) {
        return settings.entrySet().stream()
                .filter(set -> key.equals(set.getKey()) || key.startsWith(set.getKey() + "."))
                .map(Map.Entry::getValue)
                .reduce((first, last) -> last);
    }

    boolean isSet(String key) {
        return setting(key).isPresent();
    }

    /** What to say of a wrong value: {@code INVALID_ARGUMENT} for a setting's, {@code INVALID_FILE} for the file's. */
    EngineException wrong(String key, String cause) {
        Optional<String> setting = setting(key);
        if (setting.isPresent()) {
            return bad(setting.get(), (setting.get().startsWith(key + "=") ? "" : key + " ") + cause);
        }
        String value = node(key).map(JsonNode::toString).orElse("absent");
        return new EngineException(ErrorCode.INVALID_FILE, file + ": " + key + " (" + value + ") " + cause);
    }

    private static EngineException bad(String setting, String cause) {
        return new EngineException(ErrorCode.INVALID_ARGUMENT, "--set " + setting + ": " + cause);
    }
}

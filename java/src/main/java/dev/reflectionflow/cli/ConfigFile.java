package dev.reflectionflow.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Options from a file, for what the command line leaves open. Our own files name options as the command line does; {@link
 * ReleasedKeys} knows the released ones. JSON is read as the YAML that it is.
 *
 * @param file where they are from
 * @param values texts by the options' names without dashes; several for an option that may be repeated
 * @param unused keys of a released file that nothing here depends on
 */
record ConfigFile(Path file, Map<String, List<String>> values, List<String> unused) {
    private static final String PROMPT = "prompt";
    /** Options about this very call, which no file can give. */
    private static final Set<String> HERE = Set.of("--config", "--config-help", "--help", "--version", "--verbose");

    static ConfigFile read(Path file) {
        JsonNode root = parse(file);
        if (!root.isObject() || root.isEmpty()) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": holds no options, such as \"rounds: 8\"");
        }
        if (ReleasedKeys.isReleased(root)) {
            ReleasedKeys released = ReleasedKeys.read(root);
            return new ConfigFile(file, released.values(), released.unused());
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        root.fields()
                .forEachRemaining(field -> values.put(field.getKey(), texts(file, field.getKey(), field.getValue())));
        return new ConfigFile(file, values, List.of());
    }

    private static JsonNode parse(Path file) {
        ObjectReader reader = new YAMLMapper()
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .reader();
        try {
            return reader.readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": not UTF-8 text", e);
        } catch (JsonProcessingException e) {
            String line =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            String why = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new EngineException(ErrorCode.INVALID_FILE, file + line + ": not YAML or JSON: " + why, e);
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be read", e);
        }
    }

    private static List<String> texts(Path file, String key, JsonNode value) {
        if (value.isValueNode()) {
            return value.isNull() ? List.of() : List.of(value.asText());
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode one : value) {
            if (value.isObject() || !one.isValueNode()) {
                throw new EngineException(
                        ErrorCode.INVALID_FILE, file + ": " + key + " must be a value or a list of values");
            }
            texts.add(one.asText());
        }
        return texts;
    }

    /**
     * Parses the command line once more, with these options in front of it; what it says itself wins.
     *
     * @return notes for the user
     * @throws EngineException {@code INVALID_FILE} where a value does not fit its option
     */
    List<String> applyTo(CommandSpec spec) {
        ParseResult given = spec.commandLine().getParseResult();
        Set<String> unknown = new LinkedHashSet<>(unused);
        List<String> arguments = new ArrayList<>();
        values.forEach((key, texts) -> {
            OptionSpec option = option(spec, key);
            if (option != null && !given.hasMatchedOption(option) && !isMoot(key, given)) {
                texts.forEach(text -> arguments.add(option.longestName() + "=" + text));
            } else if (option == null && !key.equals(PROMPT)) {
                unknown.add(key);
            }
        });
        List<String> originals = given.originalArgs();
        arguments.addAll(originals.subList(originals.indexOf(spec.name()) + 1, originals.size()));
        if (values.containsKey(PROMPT) && !hasSource(given)) {
            arguments.add("--");
            arguments.addAll(values.get(PROMPT));
        }
        try {
            spec.commandLine().parseArgs(arguments.toArray(String[]::new));
        } catch (ParameterException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": " + e.getMessage(), e);
        }
        return unknown.isEmpty() ? List.of() : List.of(file + ": not used here: " + String.join(", ", unknown));
    }

    private static OptionSpec option(CommandSpec spec, String key) {
        OptionSpec exact = spec.findOption("--" + key);
        OptionSpec option = exact != null ? exact : spec.findOption("--" + key.replace('_', '-'));
        return option == null || isHere(option) ? null : option;
    }

    private static boolean isHere(OptionSpec option) {
        return Arrays.stream(option.names()).anyMatch(HERE::contains);
    }

    /** Whether the command line speaks of the same thing in another way: of what to draw, or of a role without a service. */
    private static boolean isMoot(String key, ParseResult given) {
        boolean source = key.equals("prompts") || key.equals("meta_path");
        return (source && hasSource(given))
                || Stream.of("verifier", "reflector", "refiner")
                        .anyMatch(role -> key.startsWith(role + "-") && isOffline("--" + role, given));
    }

    private static boolean isOffline(String role, ParseResult given) {
        return given.hasMatchedOption(role)
                && given.matchedOption(role).originalStringValues().stream()
                        .allMatch(name -> name.matches("(?i)(none|scene)(:.*)?"));
    }

    private static boolean hasSource(ParseResult given) {
        return given.hasMatchedPositional(0)
                || given.hasMatchedOption("--prompts")
                || given.hasMatchedOption("--imgpath");
    }
}

package dev.reflectionflow.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.Approximations;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The run's configuration file: written by the first start, compared by the later ones. */
final class RunConfig {
    private RunConfig() {}

    static void check(Path directory, JsonNode config, FileOps ops) throws IOException {
        Path file = directory.resolve("config.json");
        if (!Files.exists(file)) {
            if (Files.exists(directory.resolve("journal.jsonl"))) {
                throw new EngineException(ErrorCode.INVALID_FILE, file + " is missing beside its journal");
            }
            ops.writeAtomically(file, RunJson.document(config));
            return;
        }
        JsonNode before;
        try {
            before = RunJson.MAPPER.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": not JSON: " + e.getOriginalMessage(), e);
        }
        // written and read once more, so that 1 and 1L or 2.0 and 2 do not count as a change
        JsonNode now = RunJson.MAPPER.readTree(RunJson.document(config));
        String modeBefore = Approximations.marked(approximations(before));
        String modeNow = Approximations.marked(approximations(now));
        if (!modeBefore.equals(modeNow)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    directory + " holds a run that is " + modeBefore + ", not " + modeNow
                            + "; choose another output folder");
        }
        Optional<String> difference = difference("", before, now);
        if (difference.isPresent()) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    directory + " holds a run with " + difference.get() + "; choose another output folder");
        }
    }

    /** What makes a run's pictures approximate, see {@link Approximations}. */
    static Map<String, String> approximations(JsonNode config) {
        Map<String, String> values = new LinkedHashMap<>();
        config.path("approximate")
                .properties()
                .forEach(value -> values.put(value.getKey(), value.getValue().asText()));
        return values;
    }

    /** The first difference in words, such as {@code "steps 16, not 20"}. */
    private static Optional<String> difference(String name, JsonNode before, JsonNode now) {
        if (before.equals(now)) {
            return Optional.empty();
        }
        if (!before.isObject() || !now.isObject()) {
            return Optional.of((name.isEmpty() ? "configuration" : name) + " " + shown(before) + ", not " + shown(now));
        }
        TreeSet<String> names = new TreeSet<>();
        before.fieldNames().forEachRemaining(names::add);
        now.fieldNames().forEachRemaining(names::add);
        return names.stream()
                .map(field ->
                        difference(name.isEmpty() ? field : name + "." + field, before.path(field), now.path(field)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "unset" : value.toString();
    }
}

package dev.reflectionflow.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.run.JournalRecord.Drawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A run's folder for reading alone: takes no lock and mends nothing, so that it may be looked at while the run goes on. */
public final class RecordedRun {
    private final Path directory;
    private final JsonNode config;
    private final RunRecords records = new RunRecords();

    private RecordedRun(Path directory, JsonNode config) {
        this.directory = directory;
        this.config = config;
    }

    /** Whether a folder holds a run of ours. */
    public static boolean isIn(Path directory) {
        return Files.isRegularFile(directory.resolve("journal.jsonl"));
    }

    /**
     * Reads what is there.
     *
     * @throws EngineException {@code INVALID_FILE} naming the folder or file that is missing or damaged
     */
    public static RecordedRun read(Path directory) {
        if (!isIn(directory)) {
            throw new EngineException(ErrorCode.INVALID_FILE, directory + ": no run is here: it has no journal.jsonl");
        }
        RecordedRun run = new RecordedRun(directory, json(directory.resolve("config.json")));
        Path journal = directory.resolve("journal.jsonl");
        try {
            Journal.read(journal).forEach(run.records::add);
        } catch (IOException e) {
            throw EngineException.invalidFile(journal, "cannot be read", e);
        }
        return run;
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    /** Its configuration. */
    public JsonNode config() {
        return config;
    }

    /** What makes its pictures approximate; nothing where they are exact. */
    public Map<String, String> approximations() {
        return RunConfig.approximations(config);
    }

    /** What its journal says. */
    public RunRecords records() {
        return records;
    }

    /** The file with a prompt's row. */
    public Path metadataFile(int promptIndex) {
        return directory.resolve(RunLayout.metadata(promptIndex));
    }

    /** A prompt's row, with its {@code prompt}. */
    public Map<String, Object> metadata(int promptIndex) {
        Path file = metadataFile(promptIndex);
        JsonNode row = json(file);
        if (!row.path("prompt").isTextual()) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": needs a \"prompt\"");
        }
        return RunJson.MAPPER.convertValue(row, new TypeReference<>() {});
    }

    /** Where an image is. */
    public Path file(Drawn image) {
        return directory.resolve(image.file());
    }

    /** Whether an image counts, as those of a starting pool may not. */
    public boolean counts(Drawn image) {
        return image.round() > 0 || config.path("pool_counts").asBoolean(true);
    }

    private static JsonNode json(Path file) {
        try {
            JsonNode value = RunJson.MAPPER.readTree(Files.readAllBytes(file));
            if (!value.isObject()) {
                throw new EngineException(ErrorCode.INVALID_FILE, file + ": not a JSON object");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be read", e);
        }
    }
}

package dev.reflectionflow.train.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A place in the data, small enough for a checkpoint: samples are read in windows, so the window's start and how many were
 * taken from it say everything; all randomness is a function of the seed and of these numbers.
 *
 * @param samples given out so far
 * @param pass how often all shards were read before this window
 * @param shard shards of this pass before the window, in the pass's own order
 * @param record records of that shard before the window, damaged ones included
 * @param step optimizer step at which the window was read: it decides which splits it keeps
 * @param taken split to the number of samples taken from the window
 */
public record DataPosition(long samples, int pass, int shard, long record, long step, Map<String, Integer> taken) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Before the first sample. */
    public static final DataPosition START = new DataPosition(0, 0, 0, 0, 0, Map.of());

    public DataPosition {
        taken = Collections.unmodifiableMap(new TreeMap<>(taken));
    }

    /** One line of JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and names always have a JSON form", e);
        }
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws EngineException {@code INVALID_FILE} where the text is anything else
     */
    public static DataPosition fromJson(String json) {
        try {
            return JSON.readValue(json, DataPosition.class);
        } catch (JsonProcessingException e) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE, "not a position in the data: " + e.getOriginalMessage(), e);
        }
    }
}

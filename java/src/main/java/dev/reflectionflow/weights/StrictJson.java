package dev.reflectionflow.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON as its standard has it: UTF-8, no duplicate keys, nothing after the value. */
final class StrictJson {
    static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .build();

    private static final ObjectMapper MAPPER =
            new ObjectMapper(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final long MAX_CONFIG_BYTES = 64L << 20;

    private StrictJson() {}

    /** The JSON object in a configuration file. */
    static JsonNode readObject(Path file) {
        try {
            if (Files.size(file) > MAX_CONFIG_BYTES) {
                throw InvalidFile.of(file, "larger than 64 MiB, which no configuration is");
            }
            return parseObject(file, Files.readAllBytes(file), "");
        } catch (IOException e) {
            throw InvalidFile.of(file, e);
        }
    }

    /** The JSON object in {@code bytes}; {@code where} (may be empty) says which part of the file they are. */
    static JsonNode parseObject(Path file, byte[] bytes, String where) {
        JsonNode node;
        try {
            node = MAPPER.readTree(bytes);
        } catch (IOException e) {
            throw InvalidFile.of(file, where + "not valid JSON: " + reason(e));
        }
        if (!node.isObject()) {
            throw InvalidFile.of(file, where + "not a JSON object");
        }
        return node;
    }

    /** The parser's complaint without its excerpt of the source. */
    static String reason(IOException error) {
        if (error instanceof JsonProcessingException json && json.getLocation() != null) {
            return json.getOriginalMessage() + " (line " + json.getLocation().getLineNr() + ", column "
                    + json.getLocation().getColumnNr() + ")";
        }
        return error.getMessage();
    }
}

package dev.reflectionflow.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads a tokenizer's files, with errors that name them. */
final class TokenizerFiles {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final long MOST_BYTES = 256L << 20;

    private TokenizerFiles() {}

    static byte[] read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw bad(file, "larger than 256 MiB, which no tokenizer is");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw bad(file, "no such file");
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be read", e);
        }
    }

    static ObjectNode readObject(Path file) {
        try {
            JsonNode node = JSON.readTree(read(file));
            if (!node.isObject()) {
                throw bad(file, "not a JSON object");
            }
            return (ObjectNode) node;
        } catch (JsonProcessingException e) {
            throw bad(file, "not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be read", e);
        }
    }

    /**
     * A tokenizer.json with what splitting a text needs and no more: the native library ends the process, not the call,
     * over some decoders and post-processors that it dislikes, and padding and truncation are ours.
     */
    static byte[] forEncoding(ObjectNode tokenizer) {
        ObjectNode reduced = JSON.createObjectNode();
        reduced.setAll(tokenizer);
        reduced.remove(List.of("decoder", "post_processor", "padding", "truncation"));
        try {
            return JSON.writeValueAsBytes(reduced);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers is always JSON", e);
        }
    }

    static EngineException bad(Path file, String cause) {
        return new EngineException(ErrorCode.INVALID_FILE, file + ": " + cause.replaceAll("\\p{Cntrl}+", " "));
    }
}

package dev.reflectionflow.feedback;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The words that a service is instructed with: ours, or a user's own.
 *
 * @param text not blank; {@code {name}} stands for what is filled in at each question
 */
public record PromptText(String text) {
    public PromptText {
        if (text.isBlank()) {
            throw new IllegalArgumentException("instructions must not be blank");
        }
    }

    /**
     * Reads a user's own words.
     *
     * @throws EngineException {@code INVALID_FILE} where the file cannot be read, is not UTF-8 or is blank
     */
    public static PromptText read(Path file) {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (CharacterCodingException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": instructions must be UTF-8 text", e);
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "instructions cannot be read", e);
        }
        if (text.isEmpty()) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": holds no instructions");
        }
        return new PromptText(text);
    }

    /** A text of ours. */
    static PromptText resource(String name) {
        try (InputStream in = PromptText.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new PromptText(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The words with one thing filled in. */
    String with(String name, String value) {
        return text.replace("{" + name + "}", value);
    }

    /** Hex SHA-256, so that a run's configuration can tell which words were used. */
    String sha256() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

package dev.reflectionflow.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/**
 * Checks sentencepiece's precompiled character maps in a tokenizer's normalizer: base64 of a size (4 bytes, little-endian),
 * a trie of so many bytes and UTF-8 text. The native library ends the process over a damaged one.
 */
final class CharacterMap {
    private CharacterMap() {}

    static void check(JsonNode normalizer, Path file) {
        if (normalizer.path("type").asText().equals("Precompiled")) {
            checkMap(normalizer.path("precompiled_charsmap"), file);
        }
        normalizer.path("normalizers").forEach(part -> check(part, file));
    }

    private static void checkMap(JsonNode map, Path file) {
        try {
            if (!map.isTextual()) {
                throw new IllegalArgumentException("not a string");
            }
            ByteBuffer bytes =
                    ByteBuffer.wrap(Base64.getDecoder().decode(map.textValue())).order(ByteOrder.LITTLE_ENDIAN);
            int size = bytes.remaining() < 4 ? -1 : bytes.getInt();
            if (size < 4 || size % 4 != 0 || size > bytes.remaining()) {
                throw new IllegalArgumentException("its trie does not fit");
            }
            StandardCharsets.UTF_8.newDecoder().decode(bytes.position(4 + size));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw TokenizerFiles.bad(file, "damaged precompiled_charsmap: " + e.getMessage());
        }
    }
}

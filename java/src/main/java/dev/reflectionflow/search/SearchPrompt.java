package dev.reflectionflow.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A prompt to search for.
 *
 * @param index its row, from 0; names its folder
 * @param text what the image should show
 * @param metadata its GenEval row, or just the prompt; JSON values in their order
 */
public record SearchPrompt(int index, String text, Map<String, Object> metadata) {
    public SearchPrompt {
        Objects.requireNonNull(text, "text");
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** A prompt of which nothing else is known. */
    public static SearchPrompt of(int index, String text) {
        return new SearchPrompt(index, text, Map.of("prompt", text));
    }
}

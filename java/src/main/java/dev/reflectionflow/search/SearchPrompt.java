package dev.reflectionflow.search;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A prompt to search for.
 *
 * @param index its row, from 0; names its folder
 * @param text what the image should show
 * @param metadata its GenEval row, or just the prompt; JSON values in their order
 * @param start PNG files to start from instead of drawing a pool; empty to draw one
 */
public record SearchPrompt(int index, String text, Map<String, Object> metadata, List<Path> start) {
    public SearchPrompt {
        Objects.requireNonNull(text, "text");
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        start = List.copyOf(start);
    }

    /** A prompt whose pool is drawn. */
    public SearchPrompt(int index, String text, Map<String, Object> metadata) {
        this(index, text, metadata, List.of());
    }

    /** The same, starting from these images. */
    public SearchPrompt from(List<Path> images) {
        return new SearchPrompt(index, text, metadata, images);
    }

    /** A prompt of which nothing else is known. */
    public static SearchPrompt of(int index, String text) {
        return new SearchPrompt(index, text, Map.of("prompt", text));
    }
}

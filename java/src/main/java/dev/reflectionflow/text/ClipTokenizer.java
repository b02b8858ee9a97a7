package dev.reflectionflow.text;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CLIP's tokenizer: lower-cases, splits words, merges byte pairs, pads with the end marker. Safe for several threads.
 */
public final class ClipTokenizer implements AutoCloseable {
    /** Tokens that CLIP reads, start and end marker included. */
    public static final int LENGTH = 77;

    private final TokenizerLibrary library;

    private ClipTokenizer(TokenizerLibrary library) {
        this.library = library;
    }

    /**
     * Opens the tokenizer of a folder with {@code vocab.json} and {@code merges.txt}, or with {@code tokenizer.json} alone.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} naming the file and the cause
     */
    public static ClipTokenizer open(Path folder) {
        Path vocabulary = folder.resolve("vocab.json");
        Path whole = folder.resolve("tokenizer.json");
        if (!Files.exists(vocabulary) && Files.exists(whole)) {
            return new ClipTokenizer(new TokenizerLibrary(TokenizerFiles.readObject(whole), whole, -1));
        }
        ClipTokenizerJson json = ClipTokenizerJson.read(folder);
        return new ClipTokenizer(new TokenizerLibrary(json.root(), vocabulary, json.pad()));
    }

    /**
     * Tokenises a prompt to {@link #LENGTH} ids.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_ARGUMENT} for a prompt that is not text
     */
    public TokenIds encode(String prompt) {
        return library.encode(prompt, LENGTH);
    }

    @Override
    public void close() {
        library.close();
    }
}

package dev.reflectionflow.text;

import java.nio.file.Path;

/** T5's tokenizer from {@code tokenizer.json}; pads with 0. Safe for several threads. */
public final class T5Tokenizer implements AutoCloseable {
    private static final int PAD = 0;

    private final TokenizerLibrary library;

    private T5Tokenizer(TokenizerLibrary library) {
        this.library = library;
    }

    /**
     * Opens the tokenizer of a folder.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} naming the file and the cause
     */
    public static T5Tokenizer open(Path folder) {
        Path file = folder.resolve("tokenizer.json");
        return new T5Tokenizer(new TokenizerLibrary(TokenizerFiles.readObject(file), file, PAD));
    }

    /**
     * Tokenises a prompt.
     *
     * @param length ids to return, 2 or more: what is missing is padded, what is too long is cut
     * @throws dev.reflectionflow.EngineException {@code INVALID_ARGUMENT} for a prompt that is not text
     */
    public TokenIds encode(String prompt, int length) {
        return library.encode(prompt, length);
    }

    @Override
    public void close() {
        library.close();
    }
}

package dev.reflectionflow.run;

import dev.reflectionflow.EngineException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A folder of one chosen image a prompt, as GenEval's evaluator reads it: second names of files that stay where they are,
 * or copies where the file system knows no such thing. What a killed process left half-written is made whole by writing
 * it again.
 */
public final class GenEvalFolder {
    private final Path directory;
    private final FileOps ops;

    /** A folder that need not be there yet. */
    public GenEvalFolder(Path directory) {
        this(directory, new FileOps());
    }

    GenEvalFolder(Path directory, FileOps ops) {
        this.directory = directory;
        this.ops = ops;
    }

    /**
     * Makes an image a prompt's choice.
     *
     * @param prompt the prompt's folder, in digits
     * @param metadata the file with the prompt's row
     * @param image a PNG
     * @throws EngineException {@code INVALID_FILE} where a file is missing or cannot be written
     */
    public void put(String prompt, Path metadata, Path image) {
        try {
            write(prompt, metadata, image);
        } catch (IOException e) {
            throw EngineException.invalidFile(directory, "cannot be written", e);
        }
    }

    void write(String prompt, Path metadata, Path image) throws IOException {
        Path folder = directory.resolve(prompt);
        Path sample = folder.resolve("samples/00000.png");
        ops.createDirectories(sample.getParent());
        ops.linkAtomically(metadata, folder.resolve("metadata.jsonl"));
        ops.linkAtomically(image, sample);
    }
}

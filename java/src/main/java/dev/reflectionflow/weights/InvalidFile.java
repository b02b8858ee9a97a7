package dev.reflectionflow.weights;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Makes the one-line errors of this package: file, colon, cause. */
final class InvalidFile {
    private InvalidFile() {}

    static EngineException of(Path file, String cause) {
        return new EngineException(ErrorCode.INVALID_FILE, file + ": " + oneLine(cause));
    }

    static EngineException of(Path file, IOException error) {
        return error instanceof NoSuchFileException
                ? of(file, "no such file")
                : EngineException.invalidFile(file, "cannot be read", error);
    }

    /** A hostile file chooses its own names, so control characters and length are tamed before they reach a terminal. */
    static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= 500 ? line : line.substring(0, 500) + "...";
    }
}

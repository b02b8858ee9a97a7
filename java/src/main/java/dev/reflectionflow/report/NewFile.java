package dev.reflectionflow.report;

import dev.reflectionflow.EngineException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that appear whole or not at all. */
final class NewFile {
    private NewFile() {}

    /** What is in it. */
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes a file in the place of whatever has its name.
     *
     * @throws EngineException {@code INVALID_FILE} where it cannot be written
     */
    static void write(Path file, Body body) {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary))) {
                body.writeTo(out);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (UncheckedIOException e) {
            throw EngineException.invalidFile(file, "cannot be written", e.getCause());
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be written", e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // the failure that left it is the one to tell
        }
    }
}

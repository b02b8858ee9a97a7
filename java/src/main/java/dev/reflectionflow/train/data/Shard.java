package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** One tar archive, in a file or printed by a command. */
abstract class Shard {
    private static final int BUFFER = 1 << 16;

    private final String name;

    private Shard(String name) {
        this.name = name;
    }

    static Shard file(Path file) {
        return new Shard(file.toString()) {
            @Override
            InputStream open() throws IOException {
                return new BufferedInputStream(Files.newInputStream(file), BUFFER);
            }

            @Override
            EngineException failure(IOException cause) {
                return EngineException.invalidFile(file, "cannot be read", cause);
            }
        };
    }

    static Shard command(String name, String command) {
        return new Shard(name) {
            @Override
            InputStream open() throws IOException {
                return new BufferedInputStream(new CommandStream(command), BUFFER);
            }

            @Override
            EngineException failure(IOException cause) {
                String line = name + ": " + cause.getMessage();
                return new EngineException(ErrorCode.INVALID_FILE, line.replaceAll("\\p{Cntrl}+", " "), cause);
            }
        };
    }

    /** As it was named; for a file its path. */
    String name() {
        return name;
    }

    /**
     * Its bytes from the start. Reading to the end fails with a {@link CommandFailure} where a command ended with another
     * status than 0.
     */
    abstract InputStream open() throws IOException;

    /** The line for a failure to read it. */
    abstract EngineException failure(IOException cause);
}

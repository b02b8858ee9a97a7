package dev.reflectionflow.train.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a shell command prints; its end is only good where the command's exit status is 0. */
final class CommandStream extends FilterInputStream {
    private static final int LONGEST_MESSAGE = 200;

    private final Process process;
    private final Path errors;
    private boolean closed;

    CommandStream(String command) throws IOException {
        super(null);
        errors = Files.createTempFile("reflectionflow-pipe", ".err");
        try {
            process = new ProcessBuilder("/bin/sh", "-c", command)
                    .redirectError(errors.toFile())
                    .start();
        } catch (IOException e) {
            Files.delete(errors);
            throw e;
        }
        process.getOutputStream().close();
        in = process.getInputStream();
    }

    @Override
    public int read() throws IOException {
        return checked(super.read());
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return checked(super.read(bytes, offset, length));
    }

    private int checked(int read) throws IOException {
        if (read < 0) {
            int status = exitStatus();
            if (status != 0) {
                throw new CommandFailure("exit status " + status + lastWords());
            }
        }
        return read;
    }

    private int exitStatus() throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private String lastWords() throws IOException {
        String[] lines = new String(Files.readAllBytes(errors), Charset.defaultCharset())
                .strip()
                .split("\n");
        String last = lines[lines.length - 1];
        return last.isEmpty() ? "" : ": " + last.substring(0, Math.min(last.length(), LONGEST_MESSAGE));
    }

    /** Ends the command where it still runs. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            super.close();
            Files.deleteIfExists(errors);
        }
    }
}

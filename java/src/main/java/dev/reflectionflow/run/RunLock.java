package dev.reflectionflow.run;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps a second process out of a run's folder; the system lets go of it when the first ends, however it ends. */
final class RunLock implements AutoCloseable {
    /**
     * Files locked by this process. POSIX drops all locks that a process holds on a file as soon as it closes the file
     * anywhere, so a file of ours must not even be opened to find out that it is locked.
     */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private RunLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static RunLock take(Path folder) throws IOException {
        Path file = folder.toRealPath().resolve(".lock");
        if (!OURS.add(file)) {
            throw taken(folder, String.valueOf(ProcessHandle.current().pid()));
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw taken(folder, Files.readString(file, StandardCharsets.US_ASCII));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new RunLock(file, channel);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            OURS.remove(file);
            throw e;
        }
    }

    private static EngineException taken(Path folder, String process) {
        return new EngineException(ErrorCode.INVALID_FILE, folder + " is in use by process " + process);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        OURS.remove(file);
    }
}

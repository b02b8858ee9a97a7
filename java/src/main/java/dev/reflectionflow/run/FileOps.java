package dev.reflectionflow.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Everything a run does to the disk, each call one point at which a process may die. */
class FileOps {
    /** Creates a folder and the parents that it lacks, and makes the entry of each last. */
    final void createDirectories(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        if (!Files.isDirectory(absolute)) {
            createDirectories(absolute.getParent());
            createDirectory(absolute);
            syncDirectory(absolute.getParent());
        }
    }

    /** Creates one folder. */
    void createDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    /** Writes a whole file and waits until the bytes are on the disk. */
    void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeFully(channel, bytes);
        }
    }

    /** Puts a file into another's place, at once or not at all. */
    void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Gives a file a second name, or a copy of its own where the file system or its limits know no such thing. */
    void link(Path existing, Path name) throws IOException {
        try {
            Files.createLink(name, existing);
        } catch (UnsupportedOperationException | FileSystemException e) {
            write(name, Files.readAllBytes(existing));
        }
    }

    /** Makes names in a folder last. */
    void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            force(channel);
        }
    }

    /** Waits until what was written is on the disk. */
    void force(FileChannel channel) throws IOException {
        channel.force(true);
    }

    /** Appends to an open file and waits until the bytes are on the disk; a failure, such as a full disk, leaves nothing. */
    void append(FileChannel channel, byte[] bytes) throws IOException {
        long size = channel.size();
        try {
            channel.position(size);
            writeFully(channel, bytes);
        } catch (IOException e) {
            cutQuietly(channel, size);
            throw e;
        }
    }

    private static void cutQuietly(FileChannel channel, long size) {
        try {
            channel.truncate(size);
        } catch (IOException e) {
            // A torn last line is cut off when the journal is opened the next time.
        }
    }

    private void writeFully(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        force(channel);
    }

    /** Writes a file so that a reader sees the old bytes or the new ones, and the new ones survive a power cut. */
    final void writeAtomically(Path file, byte[] bytes) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        write(temporary, bytes);
        rename(temporary, file);
        syncDirectory(file.toAbsolutePath().getParent());
    }

    /** Puts a second name of a file in the place of whatever had that name, at once or not at all. */
    final void linkAtomically(Path existing, Path name) throws IOException {
        if (Files.exists(name) && Files.isSameFile(existing, name)) {
            return;
        }
        Path temporary = name.resolveSibling("." + name.getFileName() + ".tmp");
        // never written through: a name that a killed run left behind may be the existing file's own
        Files.deleteIfExists(temporary);
        link(existing, temporary);
        rename(temporary, name);
        syncDirectory(name.toAbsolutePath().getParent());
    }
}

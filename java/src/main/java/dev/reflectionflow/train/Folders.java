package dev.reflectionflow.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What training does to folders. */
final class Folders {
    private Folders() {}

    /** The folders of this one whose names are numbers, smallest number first: 8000 comes before 16000. */
    static List<Path> numbered(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> path.getFileName().toString().matches("\\d{1,18}"))
                    .sorted(Comparator.comparingLong(
                            path -> Long.parseLong(path.getFileName().toString())))
                    .toList();
        }
    }

    /** The one with the largest number. */
    static Optional<Path> last(Path folder) throws IOException {
        List<Path> all = numbered(folder);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** Deletes a folder with all that is in it, if it is there. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path path : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (NoSuchFileException e) {
            // nothing to delete
        }
    }

    /** Deletes a folder so that, killed at any moment, it stands there whole or not at all. */
    static void remove(Path folder) throws IOException {
        Path doomed = folder.resolveSibling("." + folder.getFileName() + ".old");
        delete(doomed);
        if (Files.exists(folder)) {
            Files.move(folder, doomed, StandardCopyOption.ATOMIC_MOVE);
            delete(doomed);
        }
    }

    /** Makes a copy of a file. */
    @FunctionalInterface
    interface Copy {
        void copy(Path from, Path to) throws IOException;
    }

    /**
     * Copies a folder's files and folders that the other lacks.
     *
     * @param wanted whether a file's copy, of this name, is wanted
     */
    static void copyMissing(Path from, Path to, Predicate<Path> wanted, Copy copy) throws IOException {
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path path : entries.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (!Files.exists(target) && wanted.test(target)) {
                    copy.copy(path, target);
                }
            }
        }
    }

    /** Writes a text, or leaves what was there. */
    static void replace(Path file, String text) throws IOException {
        Path part = file.resolveSibling("." + file.getFileName() + ".part");
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Writes a file and waits until it is on the disk. */
    static void writeDurably(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /** Gives a folder its final name, when all that it holds is on the disk. */
    static void moveDurably(Path from, Path to) throws IOException {
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path path : entries.toList()) {
                sync(path);
            }
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        sync(to.toAbsolutePath().getParent());
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Pictures of the same names in two folders.
 *
 * @param pairs in the names' order
 * @param alone how many have no counterpart
 */
record PicturePairs(List<Pair> pairs, int alone) {
    /** A run's copies of its best images, which are among its samples already. */
    private static final Path COPIES = Path.of("best");

    /** Two files and what they are called. */
    record Pair(String name, Path a, Path b) {}

    /**
     * Two files are a pair; of two folders, all PNG files of the same name below them are.
     *
     * @throws EngineException {@code INVALID_FILE} where there is no pair
     */
    static PicturePairs of(Path a, Path b) {
        if (!Files.isDirectory(a) && !Files.isDirectory(b)) {
            return new PicturePairs(List.of(new Pair(a + ", " + b, a, b)), 0);
        }
        SortedSet<Path> ofA = names(a);
        SortedSet<Path> ofB = names(b);
        List<Pair> pairs = ofA.stream()
                .filter(ofB::contains)
                .map(name -> new Pair(name.toString(), a.resolve(name), b.resolve(name)))
                .toList();
        if (pairs.isEmpty()) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE, a + " and " + b + " have no .png files of the same names");
        }
        return new PicturePairs(pairs, ofA.size() + ofB.size() - 2 * pairs.size());
    }

    private static SortedSet<Path> names(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE, folder + (Files.exists(folder) ? ": not a folder" : ": no such folder"));
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file ->
                            file.toString().toLowerCase(Locale.ROOT).endsWith(".png") && Files.isRegularFile(file))
                    .map(folder::relativize)
                    .filter(name -> !name.startsWith(COPIES))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw EngineException.invalidFile(folder, "cannot be read", e);
        } catch (UncheckedIOException e) { // a folder below
            throw EngineException.invalidFile(below(folder, e.getCause()), "cannot be read", e.getCause());
        }
    }

    /** The folder that a walk could not read, as far as it says so. */
    private static Path below(Path folder, IOException failure) {
        return failure instanceof FileSystemException named && named.getFile() != null
                ? Path.of(named.getFile())
                : folder;
    }
}

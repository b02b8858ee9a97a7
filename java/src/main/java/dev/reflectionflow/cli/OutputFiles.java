package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The names of the images to write: {@code name.png} for one, {@code name-0001.png} ... for several, {@code 0000.png} ...
 * in a folder. A name that is taken is passed over, unless files may be overwritten.
 */
final class OutputFiles {
    private final Path folder;
    private final String stem;
    private final boolean overwrite;
    private final boolean bareFirst;
    private int next;

    private OutputFiles(Path folder, String stem, boolean bareFirst, int first, boolean overwrite) {
        this.folder = folder;
        this.stem = stem;
        this.bareFirst = bareFirst;
        this.next = first;
        this.overwrite = overwrite;
    }

    /**
     * Checks the target before anything is drawn; a folder that is not there is made, its parent must be.
     *
     * @param target a {@code .png} file or a folder; null for {@code image.png} here
     * @throws EngineException {@code INVALID_FILE} where nothing can be written, {@code INVALID_ARGUMENT} for another
     *     kind of picture
     */
    static OutputFiles plan(Path target, int count, boolean overwrite) {
        Path wanted = target == null ? Path.of("image.png") : target;
        String name = wanted.getFileName() == null ? "" : wanted.getFileName().toString();
        String extension = extension(name);
        if (!Files.isDirectory(wanted) && extension.matches("jpe?g|webp|gif|tiff?|bmp")) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, wanted + ": images are written as .png only");
        }
        if (!extension.equals("png") || Files.isDirectory(wanted)) {
            makeFolder(wanted);
            return new OutputFiles(wanted, "", false, 0, overwrite);
        }
        requireWritable(parent(wanted));
        String stem = name.substring(0, name.length() - ".png".length());
        return new OutputFiles(parent(wanted), stem, count == 1, 1, overwrite);
    }

    /** The next free name, taken by an empty file so that no other process gets it. */
    Path take() {
        while (true) {
            Path file = folder.resolve(name(next++)).normalize();
            if (overwrite) {
                return file;
            }
            try {
                return Files.createFile(file);
            } catch (FileAlreadyExistsException e) {
                // The next number.
            } catch (IOException e) {
                throw new EngineException(ErrorCode.INVALID_FILE, file + ": cannot be written: " + e.getMessage(), e);
            }
        }
    }

    /** Checks that files can be made in a folder. */
    static void requireWritable(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new EngineException(ErrorCode.INVALID_FILE, folder + ": no such folder");
        }
        if (!Files.isWritable(folder)) {
            throw new EngineException(ErrorCode.INVALID_FILE, folder + ": the folder cannot be written to");
        }
    }

    /** The folder that a file is in. */
    static Path parent(Path file) {
        return file.getParent() == null ? Path.of("") : file.getParent();
    }

    private String name(int number) {
        if (stem.isEmpty()) {
            return String.format(Locale.ROOT, "%04d.png", number);
        }
        return number == 1 && bareFirst ? stem + ".png" : String.format(Locale.ROOT, "%s-%04d.png", stem, number);
    }

    private static void makeFolder(Path folder) {
        if (!Files.exists(folder)) {
            requireWritable(parent(folder));
            try {
                Files.createDirectory(folder);
            } catch (IOException e) {
                throw new EngineException(ErrorCode.INVALID_FILE, folder + ": cannot be made: " + e.getMessage(), e);
            }
        }
        requireWritable(folder);
    }

    private static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}

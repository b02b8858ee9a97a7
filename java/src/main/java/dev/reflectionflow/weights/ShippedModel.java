package dev.reflectionflow.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The small model that comes with the product: a folder on the class path, or in its jar. */
public final class ShippedModel {
    /** The name that pictures carry for it. */
    public static final String ID = "scenes";

    private static final String RESOURCE = "/models/scenes/";

    private ShippedModel() {}

    /**
     * Its folder. Weights are mapped from files, so a model in a jar is first unpacked, once for each of its versions, to
     * {@code reflectionflow/models} under {@code XDG_CACHE_HOME}, or {@code ~/.cache}.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} when it cannot be unpacked
     */
    public static Path folder() {
        URL index = ShippedModel.class.getResource(RESOURCE + "model_index.json");
        if (index == null) {
            throw InvalidFile.of(Path.of("models/scenes"), "the shipped model is not on the class path");
        }
        try {
            URI uri = index.toURI();
            return uri.getScheme().equals("jar") ? unpacked(uri) : Path.of(uri).getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path unpacked(URI index) {
        Path models = cache().resolve("reflectionflow").resolve("models");
        try (FileSystem jar = FileSystems.newFileSystem(index, Map.of())) {
            Path source = jar.getPath(RESOURCE);
            Path target = models.resolve(ID + "-" + version(source).substring(0, 16));
            if (!Files.isDirectory(target)) {
                unpack(source, target);
            }
            return target;
        } catch (IOException e) {
            throw InvalidFile.of(models, "the shipped model cannot be unpacked: " + e.getMessage());
        } catch (UncheckedIOException e) {
            throw InvalidFile.of(models, e.getCause());
        }
    }

    private static Path cache() {
        String home = System.getenv("XDG_CACHE_HOME");
        return home == null || home.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home);
    }

    /** Names and sizes are enough: they differ between any two trainings, and reading 12 MB at each start is not free. */
    private static String version(Path source) throws IOException {
        ModelHash hash = new ModelHash();
        for (Path file : files(source)) {
            hash.text(source.relativize(file).toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
        }
        return hash.hex();
    }

    /** Copies beside the target and moves the whole, so that two processes may do it at once. */
    private static void unpack(Path source, Path target) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".part");
        for (Path file : files(source)) {
            Path copy = part.resolve(source.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            try (InputStream in = Files.newInputStream(file)) {
                Files.copy(in, copy);
            }
        }
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Another process was faster; its copy is as good.
            delete(part);
        }
    }

    private static void delete(Path folder) throws IOException {
        for (Path path : tree(folder)) {
            Files.delete(path);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        return tree(folder).stream().filter(Files::isRegularFile).sorted().toList();
    }

    /** Everything in a folder and itself, the deepest first. */
    private static List<Path> tree(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.sorted(Comparator.reverseOrder()).toList();
        }
    }
}

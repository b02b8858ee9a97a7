package dev.reflectionflow.weights;

import dev.reflectionflow.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The small model that comes with the product: a folder on the class path, or in its jar. */
public final class ShippedModel {
    /** The name that pictures carry for it. */
    public static final String ID = "scenes";

    /** Its corrector: a LoRA of the transformer, beside the components. */
    public static final String CORRECTOR = "corrector.safetensors";

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
        return folder(index, cache());
    }

    /**
     * The model's folder.
     *
     * @param index where its {@code model_index.json} is
     * @param cache folder of the user's caches, for what has to be unpacked
     */
    static Path folder(URL index, Path cache) {
        try {
            return index.openConnection() instanceof JarURLConnection jar
                    ? unpacked(Path.of(jar.getJarFileURL().toURI()), cache)
                    : Path.of(index.toURI()).getParent();
        } catch (URISyntaxException | FileSystemNotFoundException | IOException e) {
            throw InvalidFile.of(Path.of(RESOURCE), "the shipped model is in no file: " + e.getMessage());
        }
    }

    private static Path unpacked(Path archive, Path cache) {
        Path models = cache.resolve("reflectionflow").resolve("models");
        try (FileSystem jar = FileSystems.newFileSystem(archive)) {
            Path source = jar.getPath(RESOURCE);
            Path target = models.resolve(ID + "-" + version(source).substring(0, 16));
            if (!Files.isDirectory(target)) {
                unpack(source, target);
            }
            return target;
        } catch (IOException e) {
            throw EngineException.invalidFile(models, "the shipped model cannot be unpacked", e);
        } catch (UncheckedIOException e) {
            throw EngineException.invalidFile(models, "the shipped model cannot be unpacked", e.getCause());
        }
    }

    private static Path cache() {
        String home = System.getenv("XDG_CACHE_HOME");
        return home == null || home.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home);
    }

    /** From names, sizes and checksums, which the jar states: equal for equal models, and nothing is read for it. */
    private static String version(Path source) throws IOException {
        ModelHash hash = new ModelHash();
        for (Path file : files(source)) {
            hash.text(source.relativize(file).toString(), Files.size(file) + " " + Files.getAttribute(file, "zip:crc"));
        }
        return hash.hex();
    }

    /** Copies beside the target and moves the whole, so that two processes may do it at once. */
    private static void unpack(Path source, Path target) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            Files.createDirectories(part);
            for (Path file : files(source)) {
                Path copy = part.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Another process was faster; its copy is as good.
            delete(part);
        } catch (IOException | RuntimeException e) {
            if (Files.exists(part)) {
                delete(part);
            }
            throw e;
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

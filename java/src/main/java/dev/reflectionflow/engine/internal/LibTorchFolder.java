package dev.reflectionflow.engine.internal;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The LibTorch of a pip-installed PyTorch, used in the place of the one from the jars.
 *
 * @param folder holds {@code libtorch_cpu.so} and {@code libc10.so}
 * @param openMp the OpenMP runtime that came with it; empty where it needs the system's
 */
record LibTorchFolder(Path folder, Optional<Path> openMp) {
    private static final String CPU = "libtorch_cpu.so";
    private static final String CORE = "libc10.so";
    private static final String OPEN_MP = "libgomp*.so*";

    /**
     * Looks where PyTorch's wheels have their libraries.
     *
     * @param named {@code site-packages/torch} or its {@code lib}
     * @throws EngineException {@code DEVICE} naming the folder and what it lacks
     */
    static LibTorchFolder of(Path named) {
        Path root = named.toAbsolutePath().normalize();
        if (!Files.isDirectory(root)) {
            throw unusable(named, "no such folder");
        }
        Path folder = Files.exists(root.resolve(CPU)) ? root : root.resolve("lib");
        for (String library : List.of(CPU, CORE)) {
            if (!Files.exists(folder.resolve(library))) {
                throw unusable(
                        named, "neither it nor its lib has " + library + "; it must be a PyTorch's folder torch");
            }
        }
        return new LibTorchFolder(folder, openMp(folder));
    }

    /** What to load, each before what needs it. */
    List<Path> libraries() {
        List<Path> libraries = new ArrayList<>();
        openMp.ifPresent(libraries::add);
        libraries.add(folder.resolve(CORE));
        libraries.add(folder.resolve(CPU));
        return libraries;
    }

    /** Beside LibTorch, or where wheels that auditwheel repaired keep what they brought along. */
    private static Optional<Path> openMp(Path folder) {
        return first(folder, OPEN_MP).or(() -> first(folder.resolve("../../torch.libs"), OPEN_MP));
    }

    private static Optional<Path> first(Path folder, String pattern) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            List<Path> found = new ArrayList<>();
            files.forEach(found::add);
            return found.stream().sorted().findFirst().map(Path::normalize);
        } catch (IOException e) {
            throw unusable(folder, "it cannot be listed: " + e.getMessage());
        }
    }

    private static EngineException unusable(Path named, String why) {
        return new EngineException(ErrorCode.DEVICE, "the LibTorch in " + named + " cannot be used: " + why);
    }
}

package dev.reflectionflow.train.nn;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.File;
import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** One number of threads for LibTorch's loops, oneDNN and OpenBLAS alike; call it before any other class here. */
public final class Threads {
    /** Ours, which makes waiting threads sleep; it must be there before the library that starts them. */
    private static final String WAIT_POLICY = "reflectionflow_preload";

    /** The system property that names another LibTorch, as the engine reads it. */
    static final String FOREIGN_LIBTORCH = "reflectionflow.libtorch";

    private Threads() {}

    /**
     * Sets it for the process, and for what the calling thread computes from here on.
     *
     * @throws EngineException {@code DEVICE} where another LibTorch than the one that comes along is in use
     */
    public static void use(int threads) {
        requireOwnLibTorch();
        LibTorch.load();
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
    }

    /** Training calls LibTorch's C++ classes, which no other version has in the same form. */
    private static void requireOwnLibTorch() {
        String folder = System.getProperty(FOREIGN_LIBTORCH, "");
        if (!folder.isEmpty()) {
            throw new EngineException(
                    ErrorCode.DEVICE,
                    "training needs the LibTorch that comes along, not the one in " + folder + ": leave "
                            + FOREIGN_LIBTORCH + " (REFLECTIONFLOW_LIBTORCH) out");
        }
    }

    /** Loads what LibTorch needs, once: from the library path, as the launcher has it, or from our jar. */
    private static final class LibTorch {
        static {
            try {
                System.loadLibrary(WAIT_POLICY);
            } catch (UnsatisfiedLinkError e) {
                System.load(unpacked().getAbsolutePath());
            }
        }

        private static File unpacked() {
            String resource = "/dev/reflectionflow/engine/internal/" + Loader.getPlatform() + "/"
                    + System.mapLibraryName(WAIT_POLICY);
            try {
                File library = Loader.cacheResource(Threads.class, resource);
                if (library == null) {
                    throw new EngineException(ErrorCode.DEVICE, resource + ": not on the class path");
                }
                return library;
            } catch (IOException e) {
                throw EngineException.invalidFile(new File(resource).toPath(), "cannot be unpacked", e);
            }
        }

        static void load() {}
    }
}

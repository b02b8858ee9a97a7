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
    private static final String WAIT_POLICY = "libreflectionflow_preload.so";

    private Threads() {}

    /** Sets it for the process, and for what the calling thread computes from here on. */
    public static void use(int threads) {
        LibTorch.load();
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
    }

    /** Loads LibTorch once. */
    private static final class LibTorch {
        static {
            String resource = "/dev/reflectionflow/engine/internal/" + Loader.getPlatform() + "/" + WAIT_POLICY;
            try {
                File library = Loader.cacheResource(Threads.class, resource);
                if (library == null) {
                    throw new EngineException(ErrorCode.INTERNAL, resource + ": not on the class path");
                }
                System.load(library.getAbsolutePath());
            } catch (IOException e) {
                throw EngineException.invalidFile(new File(resource).toPath(), "cannot be unpacked", e);
            }
        }

        static void load() {}
    }
}

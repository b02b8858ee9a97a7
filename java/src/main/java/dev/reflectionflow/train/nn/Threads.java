package dev.reflectionflow.train.nn;

import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** One number of threads for LibTorch's loops, oneDNN and OpenBLAS alike. */
public final class Threads {
    private Threads() {}

    /** Sets it for the whole process and the calling thread. */
    public static void use(int threads) {
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
    }
}

package dev.reflectionflow.engine.internal;

import dev.reflectionflow.EngineException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.StdString;

/** The one mapping of {@code native/include/engine.h}: thin, static, with no logic of its own. */
@Properties(
        @Platform(
                value = "linux-x86_64",
                include = "engine.h",
                compiler = "cpp17",
                library = "jnireflectionflow",
                link = "reflectionflow",
                preload = {"gomp@.1", "quadmath@.0", "gfortran@.5", "openblas@.0", "c10", "torch_cpu"},
                preloadresource = {"/org/bytedeco/pytorch/", "/org/bytedeco/openblas/"}))
@Namespace("reflectionflow")
@Name("Engine")
public class NativeEngine extends Pointer {
    static {
        Loader.load();
    }

    private NativeEngine(Pointer pointer) {
        super(pointer);
    }

    /** Lines of {@code key=value}: {@code libtorch} (its version) and {@code threads}. */
    public static native @StdString String about() throws EngineException;

    /** Bounds the threads of later work; {@code INVALID_ARGUMENT} below one. */
    @Name("set_threads")
    public static native void setThreads(int threads) throws EngineException;
}

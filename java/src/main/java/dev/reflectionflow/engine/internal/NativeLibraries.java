package dev.reflectionflow.engine.internal;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.ClassProperties;
import org.bytedeco.javacpp.Loader;

/**
 * Loads LibTorch and what it needs, each library before those that need it: from the folder that the system property
 * {@value #FOLDER} names, or else from the library path or the jars. Nothing takes the place of a library that cannot be
 * loaded: the error names it.
 */
public final class NativeLibraries {
    /** The system property for the LibTorch of a pip-installed PyTorch: its folder {@code torch}, or that one's lib. */
    public static final String FOLDER = "reflectionflow.libtorch";

    /** Ours; it makes waiting threads sleep, and must be there before the library that starts them. */
    private static final String WAIT_POLICY = "reflectionflow_preload";

    private static final List<String> BUNDLED =
            List.of("gomp@.1", "quadmath@.0", "gfortran@.5", "openblas@.0", "c10", "torch_cpu");
    private static final List<String> CUDA = List.of("c10_cuda", "torch_cuda");
    private static final String[] JARS = {"/org/bytedeco/pytorch/", "/org/bytedeco/openblas/"};

    /** How the preset with CUDA calls its folder: it goes before the one without where both are there. */
    private static final String GPU_FOLDER = "-gpu";

    private static final Pattern MISSING =
            Pattern.compile("(?s).*?([^/\\s]+\\.so[.\\d]*): ([^/\\s]+\\.so[.\\d]*): cannot open shared object file.*");

    private static final Pattern UNDEFINED =
            Pattern.compile("(?s).*?([^/\\s]+\\.so[.\\d]*): undefined symbol: (\\w+).*");

    private static boolean loaded;
    private static boolean cudaLoaded;

    private NativeLibraries() {}

    /** The folder that {@link #FOLDER} names; null without one. */
    public static String folder() {
        String folder = System.getProperty(FOLDER, "");
        return folder.isEmpty() ? null : folder;
    }

    /**
     * Loads what computing on the CPU needs; does nothing the second time.
     *
     * @throws EngineException {@code DEVICE} naming the folder or library and the cause
     */
    public static synchronized void load() {
        // JavaCPP's builder looks at our classes too, before there is anything to load.
        if (loaded || !Loader.isLoadLibraries()) {
            return;
        }
        LibTorchFolder named = folder() == null ? null : LibTorchFolder.of(Path.of(folder()));
        openBundled(WAIT_POLICY);
        if (named == null) {
            BUNDLED.forEach(NativeLibraries::openBundled);
        } else {
            named.libraries().forEach(NativeLibraries::open);
        }
        loaded = true;
        link();
    }

    /** Initializes the class of our own library, for which the LibTorch may be too old. */
    private static void link() {
        try {
            Class.forName(NativeEngine.class.getName());
        } catch (ExceptionInInitializerError e) {
            if (e.getCause() instanceof EngineException known) {
                throw known;
            }
            throw e;
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the class that was named is there", e);
        }
    }

    /** Loads the library behind a class of ours. */
    static void load(Class<?> mapping) {
        try {
            Loader.load(mapping);
        } catch (UnsatisfiedLinkError e) {
            refuseUnlessLoaded(e);
        }
    }

    /**
     * Loads what computing on a CUDA device needs as well.
     *
     * @throws EngineException {@code DEVICE} naming the library that is missing
     */
    public static synchronized void loadCuda() {
        load();
        if (cudaLoaded || !Loader.isLoadLibraries()) {
            return;
        }
        for (String name : CUDA) {
            if (folder() != null) {
                Path library = LibTorchFolder.of(Path.of(folder())).folder().resolve(System.mapLibraryName(name));
                if (!Files.exists(library)) {
                    throw unusable("the LibTorch in " + folder() + " is built for CPUs only: it has no "
                            + library.getFileName());
                }
                open(library);
            } else if (!openBundled(name)) {
                throw unusable("this build's LibTorch is for CPUs only: build with the Maven profile cuda, or name a"
                        + " PyTorch with CUDA by " + FOLDER);
            }
        }
        cudaLoaded = true;
    }

    /** The reason of a link error in words: what needs which library or function, where one is missing. */
    static String explain(String linkError) {
        Matcher missing = MISSING.matcher(linkError);
        if (missing.matches()) {
            return missing.group(1) + " needs " + missing.group(2)
                    + ", which is not on this system: install it, or name its folder in LD_LIBRARY_PATH";
        }
        Matcher undefined = UNDEFINED.matcher(linkError);
        return undefined.matches()
                ? undefined.group(1) + " needs " + undefined.group(2)
                        + ", which this LibTorch has not: version 2.10 or a later 2.x is needed"
                : linkError;
    }

    private static void open(Path library) {
        try {
            System.load(library.toString());
        } catch (UnsatisfiedLinkError e) {
            refuseUnlessLoaded(e);
        }
    }

    /** Whether the library path or the jars have it; what they lack may be the system's, which its users then find. */
    private static boolean openBundled(String name) {
        ClassProperties places = Loader.loadProperties(NativeEngine.class, Loader.loadProperties(), true);
        places.addAll("platform.preloadresource", JARS);
        places.addAll("platform.extension", GPU_FOLDER);
        URL[] found = Loader.findLibrary(NativeEngine.class, places, name);
        if (found.length == 0) {
            return false;
        }
        try {
            // The first alone: with the preset for CPUs behind the one with CUDA, JavaCPP would change over silently.
            Loader.loadLibrary(NativeEngine.class, new URL[] {found[0]}, name);
        } catch (UnsatisfiedLinkError e) {
            refuseUnlessLoaded(e);
        }
        return true;
    }

    private static void refuseUnlessLoaded(UnsatisfiedLinkError error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = String.valueOf(root.getMessage());
        if (!reason.contains("already loaded in another classloader")) {
            throw new EngineException(
                    ErrorCode.DEVICE, "the native libraries cannot be used: " + explain(reason), error);
        }
    }

    private static EngineException unusable(String why) {
        return new EngineException(ErrorCode.DEVICE, why);
    }
}

package dev.reflectionflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.weights.SafetensorsFile;
import dev.reflectionflow.weights.WeightView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The golden files: reading, comparing, and the log of what was compared, which {@link ParityCoverageIT} holds against the
 * manifest. The log lies in the folder of the system property {@code parity.dir}, by default {@code target/parity}, one
 * file for each JVM.
 */
public final class Golden {
    private static final Path ROOT = root();
    private static final Map<String, SafetensorsFile> FILES = new ConcurrentHashMap<>();
    private static final JsonNode MANIFEST = json("manifest.json");
    private static final Path LOG = Path.of(System.getProperty("parity.dir", "target/parity"))
            .resolve(ProcessHandle.current().pid() + ".txt");

    /** A golden tensor as floats, whatever its stored type. */
    public record Tensor(float[] values, long[] shape) {}

    private Golden() {}

    /** The path of a golden file or folder. */
    public static Path path(String name) {
        return ROOT.resolve(name);
    }

    /** A golden JSON file. */
    public static JsonNode json(String name) {
        try {
            return new ObjectMapper().readTree(ROOT.resolve(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A golden tensor, without a record of it: say with {@link #input}, {@link #compared} or assertClose what it was for. */
    public static Tensor tensor(String file, String name) {
        WeightView view = view(file, name);
        return new Tensor(view.readFloats(), view.shape());
    }

    /** Whether a golden file has a tensor. */
    public static boolean has(String file, String name) {
        return MANIFEST.path(file).path("tensors").has(name);
    }

    /** The mean difference between two of PyTorch's own attention kernels, which the manifest states for bfloat16. */
    public static double spread(String file, String name) {
        String meaning =
                MANIFEST.path(file).path("tensors").path(name).path("meaning").asText();
        return Double.parseDouble(
                meaning.substring(meaning.lastIndexOf("mean ") + 5).strip());
    }

    /** Where a golden tensor lies. */
    public static WeightView view(String file, String name) {
        return FILES.computeIfAbsent(file, f -> SafetensorsFile.open(path(f))).tensor(name);
    }

    /** A golden tensor that a test feeds to the code under test; counts as compared. */
    public static Tensor input(String file, String name) {
        compared(file, name);
        return tensor(file, name);
    }

    /** Compares with the tolerance of the golden README: max(10 * float32_noise, 1e-5 * max_abs) of the manifest. */
    public static void assertClose(String file, String name, float[] actual) {
        JsonNode facts = MANIFEST.path(file).path("tensors").path(name);
        assertThat(facts.isObject()).as("manifest has " + file + " " + name).isTrue();
        double noise = facts.path("float32_noise").asDouble(0);
        assertClose(
                file,
                name,
                actual,
                Math.max(10 * noise, 1e-5 * facts.path("max_abs").asDouble(0)));
    }

    /** Compares with an absolute tolerance, 0 for bit-equal values. */
    public static void assertClose(String file, String name, float[] actual, double tolerance) {
        float[] expected = tensor(file, name).values();
        assertThat(actual.length).as("elements of " + file + " " + name).isEqualTo(expected.length);
        int worst = -1;
        double most = tolerance;
        for (int i = 0; i < expected.length; i++) {
            double error = Math.abs((double) actual[i] - expected[i]);
            // Written so that NaN counts as an error.
            if (!(error <= most)) {
                worst = i;
                most = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
            }
        }
        if (worst >= 0) {
            fail("%s %s %s: element %d is %s, not %s; tolerance %s"
                    .formatted(
                            file,
                            name,
                            Arrays.toString(view(file, name).shape()),
                            worst,
                            actual[worst],
                            expected[worst],
                            tolerance));
        }
        compared(file, name);
    }

    /** Records that a tensor (or, with an empty name, a whole file) was compared. */
    public static synchronized void compared(String file, String name) {
        try {
            Files.createDirectories(LOG.getParent());
            Files.writeString(LOG, file + "\t" + name + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        try {
            Path root = Path.of(
                            Golden.class.getResource("/golden/manifest.json").toURI())
                    .getParent();
            DerivedGolden.write(root);
            return root;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.reflectionflow.train.nn;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.weights.ComponentFiles;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.SafetensorsWriter;
import dev.reflectionflow.weights.TensorData;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parameters of one network by their stored names, in the order in which the network asked for them. They are read, or
 * drawn, when a network is built over this object, and live until {@link #close}.
 */
public final class Parameters implements AutoCloseable {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final ParameterSource source;

    private Parameters(ParameterSource source) {
        this.source = source;
    }

    /**
     * Parameters of a component of a model.
     *
     * @param component a folder, such as {@code transformer}, or a safetensors file
     * @param type what they are converted to
     * @throws EngineException {@code INVALID_FILE} when it cannot be read
     */
    public static Parameters read(Path component, ScalarType type) {
        return read(component, "", type);
    }

    /** The same where the stored names have a prefix that ours lack. */
    static Parameters read(Path component, String prefix, ScalarType type) {
        return new Parameters(new StoredParameters(ComponentFiles.open(component), prefix, type));
    }

    /** Parameters to begin training with: each depends on the seed, its name and its shape alone. */
    public static Parameters random(long seed, ScalarType type) {
        return new Parameters(new DrawnParameters(seed, type));
    }

    /** Whether there is, or could be drawn, a parameter of this name. */
    boolean has(String name) {
        return tensors.containsKey(name) || source.has(name);
    }

    /** The parameter that a network asks for: read from the file, or drawn as {@code initial} says. */
    Tensor take(String name, Initial initial, long... shape) {
        Tensor known = tensors.get(name);
        if (known == null) {
            known = source.make(name, initial, shape);
            tensors.put(name, known);
        }
        if (!Arrays.equals(Tensors.shape(known), shape)) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE,
                    source.described() + ": " + name + " has shape "
                            + Arrays.toString(Tensors.shape(known)) + ", the network asks for "
                            + Arrays.toString(shape));
        }
        return known;
    }

    /** The parameter of this name; the network must have asked for it. */
    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no parameter " + name);
        }
        return tensor;
    }

    /** All parameters; not to be modified. */
    public Map<String, Tensor> all() {
        return Collections.unmodifiableMap(tensors);
    }

    /** Those that gradients are computed for. */
    public Map<String, Tensor> trainable() {
        Map<String, Tensor> trainable = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (tensor.requires_grad()) {
                trainable.put(name, tensor);
            }
        });
        return trainable;
    }

    /** Asks for gradients of the parameters that the predicate accepts, and of no others. */
    public void train(Predicate<String> names) {
        tensors.forEach((name, tensor) -> tensor.set_requires_grad(names.test(name)));
    }

    /** The parameters as a file holds them. */
    public List<TensorData> data(DType stored) {
        return tensors.entrySet().stream()
                .map(entry -> Tensors.data(entry.getKey(), entry.getValue(), stored))
                .toList();
    }

    /**
     * Writes a safetensors file, whole or not at all.
     *
     * @param stored F32 or BF16
     * @throws EngineException {@code INVALID_FILE} when it cannot be written
     */
    public void write(Path file, DType stored) {
        SafetensorsWriter.write(file, data(stored), Map.of("format", "pt"));
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensors::release);
        tensors.clear();
    }
}

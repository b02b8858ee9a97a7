package dev.reflectionflow.train.nn;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.weights.ComponentFiles;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.SafetensorsWriter;
import dev.reflectionflow.weights.TensorData;
import dev.reflectionflow.weights.WeightView;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parameters of one network by their stored names, in the order in which the network asked for them. They are read, or
 * drawn, when a network is built over this object, and live until {@link #close}.
 */
public final class Parameters implements AutoCloseable {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final ScalarType type;
    private final ComponentFiles files;
    private final String prefix;
    private final long seed;

    private Parameters(ScalarType type, ComponentFiles files, String prefix, long seed) {
        this.type = type;
        this.files = files;
        this.prefix = prefix;
        this.seed = seed;
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
        return new Parameters(type, ComponentFiles.open(component), prefix, 0);
    }

    /** Parameters to begin training with: each depends on the seed, its name and its shape alone. */
    public static Parameters random(long seed, ScalarType type) {
        return new Parameters(type, null, "", seed);
    }

    /** Whether there is, or could be drawn, a parameter of this name. */
    boolean has(String name) {
        return files == null ? tensors.containsKey(name) : files.tensors().containsKey(prefix + name);
    }

    /** Whether the parameters are drawn, not read. */
    boolean drawn() {
        return files == null;
    }

    /** The parameter that a network asks for: read from the file, or drawn as {@code initial} says. */
    Tensor take(String name, Initial initial, long... shape) {
        Tensor known = tensors.get(name);
        if (known == null) {
            known = files == null ? draw(name, initial, shape) : load(name);
            tensors.put(name, known);
        }
        if (!Arrays.equals(Tensors.shape(known), shape)) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE,
                    (files == null ? "random weights" : files.source()) + ": " + name + " has shape "
                            + Arrays.toString(Tensors.shape(known)) + ", the network asks for "
                            + Arrays.toString(shape));
        }
        return known;
    }

    private Tensor draw(String name, Initial initial, long[] shape) {
        try (PointerScope scope = new PointerScope()) {
            long mixed = seed * 0x9E3779B97F4A7C15L + name.hashCode() * 0xC2B2AE3D27D4EB4FL;
            Tensor drawn = initial.deviation() == 0
                    ? torch.full(shape, Tensors.scalar(initial.mean()), Tensors.options(ScalarType.Float))
                    : torch.empty(shape, Tensors.options(ScalarType.Float), null)
                            .normal_(
                                    initial.mean(),
                                    initial.deviation(),
                                    new GeneratorOptional(torch.make_generator_cpu(mixed >>> 1)));
            return Tensors.keep(drawn.to(type));
        }
    }

    private Tensor load(String name) {
        WeightView view = files.tensors().get(prefix + name);
        if (view == null) {
            throw new EngineException(ErrorCode.INVALID_FILE, files.source() + ": no tensor " + prefix + name);
        }
        try (PointerScope scope = new PointerScope()) {
            return Tensors.keep(
                    Tensors.ofBytes(view.read(), scalarType(view), view.shape()).to(type));
        }
    }

    private static ScalarType scalarType(WeightView view) {
        return switch (view.dtype()) {
            case F64 -> ScalarType.Double;
            case F32 -> ScalarType.Float;
            case BF16 -> ScalarType.BFloat16;
            case F16 -> ScalarType.Half;
            default ->
                throw new EngineException(
                        ErrorCode.INVALID_FILE,
                        view.file() + ": " + view.name() + " is " + view.dtype() + ", not a weight");
        };
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

    /** Forgets all gradients. */
    public void clearGradients() {
        try (PointerScope scope = new PointerScope()) {
            tensors.values().forEach(tensor -> {
                if (tensor.requires_grad()) {
                    tensor.mutable_grad().put(new Tensor());
                }
            });
        }
    }

    /** A copy with values of its own and without gradients, such as a teacher or an average. */
    public Parameters copy() {
        Parameters copy = new Parameters(type, files, prefix, seed);
        try (PointerScope scope = new PointerScope()) {
            tensors.forEach((name, tensor) ->
                    copy.tensors.put(name, Tensors.keep(tensor.detach().clone())));
        }
        return copy;
    }

    /** Takes over the values of parameters of the same names and shapes. */
    public void assign(Map<String, Tensor> values) {
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            values.forEach((name, value) -> get(name).copy_(value));
        }
    }

    /** Number of elements of all parameters. */
    public long elements() {
        return tensors.values().stream().mapToLong(Tensor::numel).sum();
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

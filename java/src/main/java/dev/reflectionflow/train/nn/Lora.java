package dev.reflectionflow.train.nn;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.SafetensorsFile;
import dev.reflectionflow.weights.SafetensorsWriter;
import dev.reflectionflow.weights.TensorData;
import dev.reflectionflow.weights.WeightView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Low-rank changes of a transformer's linear layers: y + scale * B (A x). Their parameters are named
 * {@code <module>.lora_A.weight} (rank, in) and {@code <module>.lora_B.weight} (out, rank).
 */
public final class Lora implements AutoCloseable {
    private static final String PREFIX = "transformer.";
    private static final String DOWN = ".lora_A.weight";
    private static final String UP = ".lora_B.weight";

    private record Pair(Tensor down, Tensor up) {}

    private final Parameters parameters;
    private final Map<String, Pair> pairs = new LinkedHashMap<>();
    private final double scale;

    private Lora(Parameters parameters, double scale) {
        this.parameters = parameters;
        this.scale = scale;
    }

    /**
     * New pairs for every linear layer of a transformer whose name a pattern matches as a whole, as PEFT does: A is normally
     * distributed with deviation 1 / rank, B is zero, so that it changes nothing yet.
     *
     * @param base the transformer's parameters
     * @param targetModules regular expression over names such as {@code transformer_blocks.0.attn.to_q}
     * @param alpha the scale is alpha / rank
     * @throws EngineException {@code INVALID_ARGUMENT} when it matches no layer
     */
    public static Lora create(Parameters base, String targetModules, int rank, double alpha, long seed) {
        Pattern pattern = Pattern.compile(targetModules);
        Lora lora = new Lora(Parameters.random(seed, ScalarType.Float), alpha / rank);
        base.all().forEach((name, weight) -> {
            String module = name.replaceFirst("\\.weight$", "");
            if (weight.dim() == 2 && pattern.matcher(module).matches()) {
                lora.add(module, rank, weight.size(1), weight.size(0));
            }
        });
        if (lora.pairs.isEmpty()) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT, "target_modules: no linear layer matches " + targetModules);
        }
        return lora;
    }

    /**
     * Reads a diffusers file, as {@link #write} makes it: scale 1 unless given.
     *
     * @throws EngineException {@code INVALID_FILE} when a matrix lacks its counterpart or nothing is there
     */
    public static Lora read(Path file, double scale, ScalarType type) {
        SafetensorsFile stored = SafetensorsFile.open(file);
        Lora lora = new Lora(Parameters.read(file, PREFIX, type), scale);
        for (WeightView a : stored.tensors().values()) {
            if (a.name().startsWith(PREFIX) && a.name().endsWith(DOWN)) {
                String module = a.name().substring(PREFIX.length(), a.name().length() - DOWN.length());
                WeightView b = stored.tensor(PREFIX + module + UP);
                lora.add(module, a.shape()[0], a.shape()[1], b.shape()[0]);
            }
        }
        if (lora.pairs.isEmpty()) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": no " + PREFIX + "*" + DOWN);
        }
        return lora;
    }

    private void add(String module, long rank, long in, long out) {
        Tensor down = parameters.take(module + DOWN, Initial.normal(1.0 / rank), rank, in);
        pairs.put(module, new Pair(down, parameters.take(module + UP, Initial.ZERO, out, rank)));
    }

    /** y plus the change of {@code module} for its input x; y itself where there is none. */
    Tensor add(String module, Compute compute, Tensor x, Tensor y) {
        Pair pair = pairs.get(module);
        if (pair == null) {
            return y;
        }
        Tensor low = torch.linear(compute.operand(x), compute.operand(pair.down));
        Tensor change = torch.linear(low, compute.operand(pair.up));
        return scale == 1 ? y.add(change) : y.add(change, Tensors.scalar(scale));
    }

    /** The pairs' matrices by name, without a prefix. */
    public Parameters parameters() {
        return parameters;
    }

    /** The changed modules. */
    public List<String> modules() {
        return List.copyOf(pairs.keySet());
    }

    /** alpha / rank. */
    public double scale() {
        return scale;
    }

    /**
     * Writes what diffusers' {@code load_lora_weights} and our {@code --lora} read; a scale other than 1 as alphas.
     *
     * @param stored F32 or BF16
     * @param metadata for the file's header
     */
    public void write(Path file, DType stored, Map<String, String> metadata) {
        List<TensorData> prefixed = new ArrayList<>();
        for (TensorData t : parameters.data(stored)) {
            prefixed.add(new TensorData(PREFIX + t.name(), t.dtype(), t.shape(), t.data()));
        }
        if (scale != 1) {
            pairs.forEach((module, pair) -> {
                float alpha = (float) (scale * pair.down.size(0));
                prefixed.add(TensorData.ofFloats(PREFIX + module + ".alpha", new float[] {alpha}));
            });
        }
        Map<String, String> header = new HashMap<>(metadata);
        header.put("format", "pt");
        SafetensorsWriter.write(file, prefixed, header);
    }

    @Override
    public void close() {
        parameters.close();
    }
}

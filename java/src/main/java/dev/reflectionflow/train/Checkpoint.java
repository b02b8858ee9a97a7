package dev.reflectionflow.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.train.nn.NoGradients;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.SafetensorsFile;
import dev.reflectionflow.weights.SafetensorsWriter;
import dev.reflectionflow.weights.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * All that a run needs to go on to the same bits: weights, their average, the optimizer's memory, step, place in the data.
 * Chance is a function of seed and step, so the seed is all there is to keep of it.
 *
 * @param step steps done
 * @param seed of the run
 * @param stage that wrote it
 * @param base the {@link StartingModel#hash()} of what the run started from
 * @param smoothLoss the log's moving average
 * @param position in the data
 * @param numbers of the optimizer
 */
record Checkpoint(
        long step,
        long seed,
        String stage,
        String base,
        double smoothLoss,
        String position,
        Map<String, Double> numbers) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATE = "state.json";

    /**
     * Writes a folder, whole or not at all.
     *
     * @param tensors group, such as {@code weights}, to its tensors; a file each
     * @param product adds what the run makes
     */
    void write(Path folder, Map<String, Map<String, Tensor>> tensors, Consumer<Path> product) {
        Path part = folder.resolveSibling("." + folder.getFileName() + ".part");
        try {
            Folders.delete(part);
            Files.createDirectories(part);
            tensors.forEach((group, members) -> writeTensors(part.resolve(group + ".safetensors"), members));
            product.accept(part);
            Folders.writeDurably(part.resolve(STATE), JSON.writeValueAsBytes(toJson()));
            Folders.remove(folder);
            Folders.moveDurably(part, folder);
        } catch (IOException e) {
            throw EngineException.invalidFile(folder, "cannot be written", e);
        }
    }

    /** Reads what a checkpoint says of a run, not yet its tensors. */
    static Checkpoint read(Path folder) {
        Path file = folder.resolve(STATE);
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            Map<String, Double> numbers = new LinkedHashMap<>();
            json.required("optimizer")
                    .fields()
                    .forEachRemaining(field -> numbers.put(
                            field.getKey(),
                            Double.longBitsToDouble(
                                    Long.parseUnsignedLong(field.getValue().asText(), 16))));
            return new Checkpoint(
                    json.required("step").longValue(),
                    json.required("seed").longValue(),
                    json.required("stage").textValue(),
                    json.required("base").textValue(),
                    json.required("smooth_loss").doubleValue(),
                    json.required("position").textValue(),
                    numbers);
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be read", e);
        } catch (IllegalArgumentException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": not a checkpoint's state", e);
        }
    }

    /** Copies a group's tensors into live ones of the same names. */
    static void restore(Path folder, String group, Map<String, Tensor> live) {
        Path path = folder.resolve(group + ".safetensors");
        SafetensorsFile file = SafetensorsFile.open(path);
        if (!file.tensors().keySet().equals(live.keySet())) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE, path + ": holds other tensors than this configuration trains");
        }
        try (NoGradients guard = new NoGradients()) {
            live.forEach((name, tensor) -> {
                try (PointerScope scope = new PointerScope()) {
                    long[] shape = Tensors.shape(tensor);
                    tensor.copy_(
                            Tensors.ofFloats(file.tensor(name).reshaped(shape).readFloats(), shape));
                }
            });
        }
    }

    private ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("step", step)
                .put("seed", seed)
                .put("stage", stage)
                .put("base", base)
                .put("smooth_loss", smoothLoss);
        json.put("position", position);
        ObjectNode optimizer = json.putObject("optimizer");
        // bits, because decimals of a double are a promise that only some writers keep
        new TreeMap<>(numbers)
                .forEach((name, value) -> optimizer.put(name, Long.toHexString(Double.doubleToRawLongBits(value))));
        return json;
    }

    private static void writeTensors(Path file, Map<String, Tensor> tensors) {
        List<TensorData> data = new ArrayList<>();
        tensors.forEach((name, tensor) -> data.add(Tensors.data(name, tensor, DType.F32)));
        SafetensorsWriter.write(file, data, Map.of());
    }
}

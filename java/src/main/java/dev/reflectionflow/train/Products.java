package dev.reflectionflow.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.SafetensorsFile;
import dev.reflectionflow.weights.SafetensorsWriter;
import dev.reflectionflow.weights.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes components of a diffusers folder. */
final class Products {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Products() {}

    /** A component's weights, in the file name that diffusers or transformers expects. */
    static void weights(Path model, String component, Parameters weights, TrainConfig config) {
        String name =
                component.startsWith("text_encoder") ? "model.safetensors" : "diffusion_pytorch_model.safetensors";
        try {
            Files.createDirectories(model.resolve(component));
        } catch (IOException e) {
            throw EngineException.invalidFile(model.resolve(component), "cannot be written", e);
        }
        weights.write(model.resolve(component).resolve(name), config.stored());
    }

    /** Another file of the same weights, those in float32 as {@code stored}. */
    static void copyWeights(Path from, Path to, DType stored) {
        SafetensorsFile file = SafetensorsFile.open(from);
        List<TensorData> tensors = file.tensors().values().stream()
                .map(view -> view.dtype() == DType.F32
                        ? Tensors.data(view.name(), Tensors.ofFloats(view.readFloats(), view.shape()), stored)
                        : new TensorData(view.name(), view.dtype(), view.shape(), view.read()))
                .toList();
        SafetensorsWriter.write(to, tensors, file.metadata());
    }

    /** A component's configuration with other values of some keys. */
    static void config(StartingModel from, Path model, String component, Map<String, Double> changes) {
        Path target = model.resolve(component).resolve("config.json");
        try {
            ObjectNode json = (ObjectNode) JSON.readTree(from.config(component).toFile());
            changes.forEach(json::put);
            Files.createDirectories(target.getParent());
            Files.writeString(target, JSON.writeValueAsString(json) + "\n");
        } catch (IOException e) {
            throw EngineException.invalidFile(target, "cannot be written", e);
        }
    }
}

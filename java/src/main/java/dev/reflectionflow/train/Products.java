package dev.reflectionflow.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.train.nn.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

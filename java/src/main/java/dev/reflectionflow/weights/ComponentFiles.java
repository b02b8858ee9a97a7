package dev.reflectionflow.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The tensors of one component, by their stored names, from a single file or from shards with an index.
 *
 * @param source the file or folder to name in errors
 * @param files the safetensors files that hold them
 * @param tensors stored name to view
 */
public record ComponentFiles(Path source, List<Path> files, Map<String, WeightView> tensors) {
    /** Opens a component that is a folder (diffusers) or a single file. */
    public static ComponentFiles open(Path component) {
        if (Files.isRegularFile(component)) {
            return new ComponentFiles(
                    component,
                    List.of(component),
                    SafetensorsFile.open(component).tensors());
        }
        for (String stem : new String[] {"diffusion_pytorch_model", "model"}) {
            Path single = component.resolve(stem + ".safetensors");
            Path index = component.resolve(stem + ".safetensors.index.json");
            if (Files.isRegularFile(single)) {
                return new ComponentFiles(
                        component, List.of(single), SafetensorsFile.open(single).tensors());
            }
            if (Files.isRegularFile(index)) {
                return openShards(component, index);
            }
        }
        List<Path> others = list(component, ".safetensors");
        if (others.size() == 1) {
            return new ComponentFiles(
                    component, others, SafetensorsFile.open(others.get(0)).tensors());
        }
        boolean pickled = !list(component, ".bin").isEmpty();
        throw InvalidFile.of(
                component,
                pickled
                        ? "holds .bin weights only; convert them to safetensors"
                        : "no diffusion_pytorch_model.safetensors, model.safetensors or index of shards");
    }

    private static ComponentFiles openShards(Path component, Path index) {
        JsonNode map = StrictJson.readObject(index).path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw InvalidFile.of(index, "weight_map is not an object with entries");
        }
        Map<String, SafetensorsFile> shards = new TreeMap<>();
        Map<String, WeightView> tensors = new LinkedHashMap<>();
        map.properties().forEach(entry -> {
            String shard = entry.getValue().asText("");
            // The index comes with the download: it may not name files elsewhere on this machine.
            if (!entry.getValue().isTextual() || !shard.matches("[\\w.-]+\\.safetensors")) {
                throw InvalidFile.of(index, "weight_map." + entry.getKey() + " is not the name of a safetensors file");
            }
            Path path = component.resolve(shard);
            if (!Files.isRegularFile(path)) {
                throw InvalidFile.of(path, "no such file, but " + index.getFileName() + " names it");
            }
            SafetensorsFile file = shards.computeIfAbsent(shard, s -> SafetensorsFile.open(path));
            tensors.put(entry.getKey(), file.tensor(entry.getKey()));
        });
        List<Path> files = shards.values().stream().map(SafetensorsFile::path).toList();
        return new ComponentFiles(component, files, tensors);
    }

    private static List<Path> list(Path folder, String suffix) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> path.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw InvalidFile.of(folder, e);
        }
    }
}

package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.weights.SafetensorsFile;
import dev.reflectionflow.weights.WeightView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The directory of a safetensors file. */
record TensorsInspection(SafetensorsFile file) {
    static TensorsInspection of(Path path) {
        return new TensorsInspection(SafetensorsFile.open(path));
    }

    String json() {
        ObjectNode node =
                new ObjectMapper().createObjectNode().put("file", file.path().toString());
        ObjectNode metadata = node.putObject("metadata");
        file.metadata().forEach(metadata::put);
        ArrayNode tensors = node.putArray("tensors");
        for (WeightView view : file.tensors().values()) {
            ObjectNode tensor = tensors.addObject()
                    .put("name", view.name())
                    .put("dtype", view.dtype().name());
            ArrayNode shape = tensor.putArray("shape");
            for (long size : view.shape()) {
                shape.add(size);
            }
        }
        return node.put("elements", elements()).put("bytes", bytes()).toString();
    }

    String text() {
        List<String> lines = new ArrayList<>();
        file.metadata().forEach((key, value) -> lines.add(Console.oneLine(key + ": " + value)));
        int widest =
                file.tensors().keySet().stream().mapToInt(String::length).max().orElse(1);
        int column = Math.min(Math.max(widest, 1), 80);
        for (WeightView view : file.tensors().values()) {
            String row = String.format("%-" + column + "s  %-4s  %s", view.name(), view.dtype(), view.shapeText());
            lines.add(Console.oneLine(row));
        }
        lines.add(String.format(
                Locale.ROOT,
                "%d tensors, %,d elements, %,d bytes",
                file.tensors().size(),
                elements(),
                bytes()));
        return String.join(System.lineSeparator(), lines);
    }

    private long elements() {
        return file.tensors().values().stream().mapToLong(WeightView::elements).sum();
    }

    private long bytes() {
        return file.tensors().values().stream()
                .mapToLong(WeightView::byteLength)
                .sum();
    }
}

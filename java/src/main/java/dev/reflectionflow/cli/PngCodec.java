package dev.reflectionflow.cli;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.image.ImageMetadata;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.image.PngWriter;
import dev.reflectionflow.image.RgbImage;
import dev.reflectionflow.search.ImageCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Pictures of one engine as PNG files with everything that reproduces them. */
final class PngCodec implements ImageCodec {
    private final String model;
    private final String dtype;
    private final List<ImageMetadata.Lora> loras;

    PngCodec(OpenEngine engine, EngineSettings settings) {
        model = engine.model();
        dtype = engine.dtype().toString();
        loras = settings.loras().stream()
                .map(lora -> new ImageMetadata.Lora(lora.file().getFileName().toString(), lora.scale()))
                .toList();
    }

    @Override
    public byte[] encode(GeneratedImage image, Map<String, Object> notes) {
        return PngWriter.toBytes(image.image(), text(image, notes));
    }

    @Override
    public RgbImage decode(Path file) {
        return PngReader.read(file).image();
    }

    private Map<String, String> text(GeneratedImage image, Map<String, Object> notes) {
        Map<String, String> extra = new TreeMap<>();
        notes.forEach((key, value) -> extra.put(key, String.valueOf(value)));
        return ImageMetadata.of(image.request(), model, image.modelHash(), loras, dtype, extra)
                .toText();
    }
}

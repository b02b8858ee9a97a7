package dev.reflectionflow.search;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.ImageMetadata;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.image.PngWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * PNG files with the request in their text, as {@code generate} writes them.
 *
 * @param model as the user named it
 * @param loras LoRA files and their scales
 * @param dtype computing type, such as {@code bf16}
 */
public record PngCodec(String model, List<ImageMetadata.Lora> loras, String dtype) implements ImageCodec {
    public PngCodec {
        loras = List.copyOf(loras);
    }

    @Override
    public byte[] encode(GeneratedImage image, Map<String, String> notes) {
        ImageMetadata metadata = ImageMetadata.of(image.request(), model, image.modelHash(), loras, dtype, notes);
        return PngWriter.toBytes(image.image(), metadata.toText());
    }

    @Override
    public RgbImage decode(Path file) {
        return PngReader.read(file).image();
    }
}

package dev.reflectionflow.search;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.ComputeType;
import dev.reflectionflow.engine.FluxEngine;
import dev.reflectionflow.image.Computed;
import dev.reflectionflow.image.ImageMetadata;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.image.PngWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * PNG files with the request in their text, as {@code generate} writes them.
 *
 * @param model as the user named it
 * @param loras LoRA files and their scales
 * @param corrector that the images with a condition are drawn with, beside those
 * @param computed how the engine computes
 */
public record PngCodec(
        String model, List<ImageMetadata.Lora> loras, Optional<ImageMetadata.Lora> corrector, Computed computed)
        implements ImageCodec {
    public PngCodec {
        loras = List.copyOf(loras);
    }

    /** For what an engine draws. */
    public static PngCodec of(FluxEngine engine) {
        List<ImageMetadata.Lora> named = engine.loras().stream()
                .map(lora -> new ImageMetadata.Lora(lora.file().getFileName().toString(), lora.scale()))
                .toList();
        boolean corrects = engine.hasCorrector();
        return new PngCodec(
                engine.model(),
                corrects ? List.of() : named,
                corrects ? Optional.of(named.get(0)) : Optional.empty(),
                new Computed(
                        engine.computeType() == ComputeType.BFLOAT16 ? "bf16" : "fp32",
                        engine.device().toString(),
                        engine.performance().toString(),
                        engine.cacheThreshold()));
    }

    /** Without a corrector, every step in full on the CPU. */
    public PngCodec(String model, List<ImageMetadata.Lora> loras, String dtype) {
        this(model, loras, Optional.empty(), Computed.exact(dtype));
    }

    @Override
    public byte[] encode(GeneratedImage image, Map<String, String> notes) {
        List<ImageMetadata.Lora> used = new ArrayList<>(loras);
        corrector.filter(lora -> image.request().condition() != null).ifPresent(used::add);
        ImageMetadata metadata = ImageMetadata.of(
                image.request(), model, image.modelHash(), used, computed.with(image.execution()), notes);
        return PngWriter.toBytes(image.image(), metadata.toText());
    }

    @Override
    public RgbImage decode(Path file) {
        return PngReader.read(file).image();
    }
}

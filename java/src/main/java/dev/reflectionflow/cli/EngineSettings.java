package dev.reflectionflow.cli;

import dev.reflectionflow.image.ImageMetadata;
import dev.reflectionflow.search.PngCodec;
import java.nio.file.Path;
import java.util.List;

/**
 * What to open an engine with; null leaves a value to the engine.
 *
 * @param model folder, file or Hugging Face id; null for the shipped model
 * @param randomWeights the shape of a model that is none, only for measuring; null for {@code model}
 */
record EngineSettings(
        String model,
        Path components,
        String randomWeights,
        Dtype dtype,
        Integer threads,
        int batchSize,
        List<LoraArgument> loras) {

    /** The same without a model's files. */
    EngineSettings withRandomWeights(String shape) {
        return new EngineSettings(null, null, shape, dtype, threads, batchSize, loras);
    }

    /** Writes pictures with how they were made. */
    PngCodec codec(OpenEngine engine) {
        List<ImageMetadata.Lora> named = loras.stream()
                .map(lora -> new ImageMetadata.Lora(lora.file().getFileName().toString(), lora.scale()))
                .toList();
        return new PngCodec(engine.model(), named, engine.dtype().toString());
    }
}

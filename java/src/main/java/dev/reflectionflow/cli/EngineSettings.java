package dev.reflectionflow.cli;

import dev.reflectionflow.image.ImageMetadata;
import dev.reflectionflow.search.PngCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to open an engine with; null leaves a value to the engine.
 *
 * @param model folder, file or Hugging Face id; null for the shipped model
 * @param randomWeights the shape of a model that is none, only for measuring; null for {@code model}
 * @param corrector LoRA for images with a condition; plain images are drawn without it
 */
record EngineSettings(
        String model,
        Path components,
        String randomWeights,
        Computing computing,
        int batchSize,
        List<LoraArgument> loras,
        Optional<LoraArgument> corrector) {

    /** The same without a model's files. */
    EngineSettings withRandomWeights(String shape) {
        return new EngineSettings(null, null, shape, computing, batchSize, loras, corrector);
    }

    /** Writes pictures with how they were made. */
    PngCodec codec(OpenEngine engine) {
        return new PngCodec(
                engine.model(),
                loras.stream().map(EngineSettings::named).toList(),
                corrector.map(EngineSettings::named),
                computing.metadata(engine.dtype()));
    }

    private static ImageMetadata.Lora named(LoraArgument lora) {
        return new ImageMetadata.Lora(lora.file().getFileName().toString(), lora.scale());
    }
}

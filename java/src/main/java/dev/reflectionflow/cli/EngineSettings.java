package dev.reflectionflow.cli;

import java.nio.file.Path;
import java.util.List;

/**
 * What to open an engine with; null leaves a value to the engine.
 *
 * @param model folder, file or Hugging Face id; null for the shipped model
 */
record EngineSettings(
        String model, Path components, Dtype dtype, Integer threads, int batchSize, List<LoraArgument> loras) {}

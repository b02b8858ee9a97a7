package dev.reflectionflow.engine;

import java.nio.file.Path;

/**
 * A low-rank adapter to load beside the weights.
 *
 * @param file safetensors with diffusers, kohya or BFL names
 * @param scale multiplies the file's own alpha / rank
 */
public record Lora(Path file, double scale) {}

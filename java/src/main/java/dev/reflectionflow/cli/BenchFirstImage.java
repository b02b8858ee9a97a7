package dev.reflectionflow.cli;

import java.util.OptionalDouble;

/**
 * What the first picture of a process cost, and which one it is.
 *
 * @param openMs opening the model, random weights drawn included
 * @param drawMs the call that drew it
 * @param sinceStartMs from the start of the process to the picture; empty where the system does not tell
 * @param sha256 of the pixels, see {@link dev.reflectionflow.RgbImage#sha256}: random weights draw the same picture everywhere
 *     where arithmetic is the same
 */
record BenchFirstImage(double openMs, double drawMs, OptionalDouble sinceStartMs, String sha256) {}

package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;

/**
 * A picture of a set of validation samples.
 *
 * @param name of its file, without an ending
 * @param text what it should show
 */
public record Picture(String name, String text, RgbImage image) {}

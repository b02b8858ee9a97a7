package dev.reflectionflow.image;

import dev.reflectionflow.RgbImage;
import java.util.Collections;
import java.util.Map;

/**
 * What a PNG file holds.
 *
 * @param image its pixels as 8-bit RGB; transparency is dropped, not composed
 * @param text keyword to text of its tEXt, zTXt and iTXt chunks, in file order; of equal keywords the last
 */
public record PngFile(RgbImage image, Map<String, String> text) {
    public PngFile {
        text = Collections.unmodifiableMap(text);
    }
}

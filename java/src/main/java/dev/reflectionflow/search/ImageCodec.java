package dev.reflectionflow.search;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.RgbImage;
import java.nio.file.Path;
import java.util.Map;

/** How images become files; equal images with equal notes become equal bytes. */
public interface ImageCodec {
    /**
     * A file with the picture and everything that reproduces it.
     *
     * @param notes further facts for the file's text, such as round and branch
     */
    byte[] encode(GeneratedImage image, Map<String, String> notes);

    /**
     * The picture in a file.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} where there is none
     */
    RgbImage decode(Path file);
}

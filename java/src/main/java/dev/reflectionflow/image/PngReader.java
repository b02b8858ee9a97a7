package dev.reflectionflow.image;

import dev.reflectionflow.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Reads PNG files of any colour type to 8-bit RGB, as Pillow's {@code convert("RGB")} does for 8-bit images. */
public final class PngReader {
    private static final long MOST_BYTES = 1L << 30;

    private PngReader() {}

    /**
     * Reads pixels and text.
     *
     * @throws EngineException {@code INVALID_FILE} naming the file and the cause
     */
    public static PngFile read(Path file) {
        byte[] bytes = bytes(file);
        return new PngFile(PictureDecoder.decode(file.toString(), bytes), PngText.read(file, bytes));
    }

    /**
     * Reads the text alone, without decoding pixels.
     *
     * @throws EngineException {@code INVALID_FILE} naming the file and the cause
     */
    public static Map<String, String> readText(Path file) {
        return PngText.read(file, bytes(file));
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw bad(file, "a folder, not a PNG file");
            }
            if (Files.size(file) > MOST_BYTES) {
                throw bad(file, "larger than 1 GiB");
            }
            byte[] bytes = Files.readAllBytes(file);
            if (!PictureDecoder.isPng(bytes)) {
                throw bad(file, "not a PNG file");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw bad(file, "no such file");
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be read", e);
        }
    }

    static EngineException bad(Path file, String cause) {
        return PictureDecoder.bad(file, cause);
    }
}

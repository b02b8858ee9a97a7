package dev.reflectionflow.image;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads PNG files of any colour type to 8-bit RGB, as Pillow's {@code convert("RGB")} does for 8-bit images. */
public final class PngReader {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final long MOST_BYTES = 1L << 30;
    private static final long MOST_PIXELS = 1L << 28;

    private PngReader() {}

    /**
     * Reads pixels and text.
     *
     * @throws EngineException {@code INVALID_FILE} naming the file and the cause
     */
    public static PngFile read(Path file) {
        byte[] bytes = bytes(file);
        return new PngFile(pixels(file, bytes), PngText.read(file, bytes));
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
            if (bytes.length < 8 || !Arrays.equals(bytes, 0, 8, SIGNATURE, 0, 8)) {
                throw bad(file, "not a PNG file");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw bad(file, "no such file");
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be read", e);
        }
    }

    private static RgbImage pixels(Path file, byte[] bytes) {
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (MemoryCacheImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            // Metadata is ours to read: a damaged text chunk must not cost the pixels.
            reader.setInput(stream, true, true);
            if ((long) reader.getWidth(0) * reader.getHeight(0) > MOST_PIXELS) {
                throw bad(file, reader.getWidth(0) + "x" + reader.getHeight(0) + " pixels are too many");
            }
            return toRgb(reader.read(0));
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw bad(file, "damaged PNG: " + e.getMessage());
        } finally {
            reader.dispose();
        }
    }

    private static RgbImage toRgb(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[width * height * 3];
        Raster raster = image.getRaster();
        ColorModel model = image.getColorModel();
        boolean palette = model instanceof java.awt.image.IndexColorModel;
        int bands = raster.getNumBands();
        int bits = model.getComponentSize(0);
        int[] row = new int[width * bands];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    int value = palette
                            ? model.getRGB(row[x]) >> (16 - 8 * c)
                            : to8Bits(row[x * bands + (bands < 3 ? 0 : c)], bits);
                    rgb[(y * width + x) * 3 + c] = (byte) value;
                }
            }
        }
        return new RgbImage(width, height, ByteBuffer.wrap(rgb));
    }

    private static int to8Bits(int value, int bits) {
        return switch (bits) {
            case 8 -> value;
            case 16 -> value >> 8;
            default -> value * 255 / ((1 << bits) - 1);
        };
    }

    static EngineException bad(Path file, String cause) {
        return new EngineException(ErrorCode.INVALID_FILE, file + ": " + cause.replaceAll("\\p{Cntrl}+", " "));
    }
}

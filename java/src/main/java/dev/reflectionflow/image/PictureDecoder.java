package dev.reflectionflow.image;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes PNG and JPEG of any colour type to 8-bit RGB, as Pillow's {@code convert("RGB")} does for 8-bit images. */
public final class PictureDecoder {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
    private static final long MOST_PIXELS = 1L << 28;

    private PictureDecoder() {}

    /**
     * Decodes a picture; its first bytes tell the format.
     *
     * @param name for the message: a file, or an archive and its entry
     * @throws EngineException {@code INVALID_FILE} naming it and the cause
     */
    public static RgbImage decode(String name, byte[] bytes) {
        if (isPng(bytes)) {
            return decode(name, bytes, "PNG");
        }
        if (startsWith(bytes, JPEG)) {
            return decode(name, bytes, "JPEG");
        }
        throw bad(name, "neither PNG nor JPEG");
    }

    static boolean isPng(byte[] bytes) {
        return startsWith(bytes, PNG);
    }

    static EngineException bad(Object name, String cause) {
        return new EngineException(ErrorCode.INVALID_FILE, name + ": " + cause.replaceAll("\\p{Cntrl}+", " "));
    }

    private static RgbImage decode(String name, byte[] bytes, String format) {
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (MemoryCacheImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            // Metadata is ours to read: a damaged text chunk must not cost the pixels.
            reader.setInput(stream, true, true);
            List<String> warnings = new ArrayList<>();
            reader.addIIOReadWarningListener((from, warning) -> warnings.add(warning));
            if ((long) reader.getWidth(0) * reader.getHeight(0) > MOST_PIXELS) {
                throw bad(name, reader.getWidth(0) + "x" + reader.getHeight(0) + " pixels are too many");
            }
            RgbImage image = toRgb(reader.read(0));
            if (format.equals("JPEG") && !warnings.isEmpty()) {
                // A cut JPEG decodes without an error, grey from the cut on.
                throw bad(name, "damaged JPEG: " + warnings.get(0));
            }
            return image;
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw bad(name, "damaged " + format + ": " + e.getMessage());
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
        boolean palette = model instanceof IndexColorModel;
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

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }
}

package dev.reflectionflow;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An 8-bit RGB picture.
 *
 * @param width pixels in a row
 * @param height rows
 * @param pixels height * width * 3 bytes, rows from the top, R G B; a read-only view, direct where the engine made it. The
 *     buffer is not copied: whoever made it must leave its bytes alone from then on
 */
public record RgbImage(int width, int height, ByteBuffer pixels) {
    public RgbImage {
        if (width <= 0
                || height <= 0
                || pixels.remaining() != Math.multiplyExact(Math.multiplyExact(width, height), 3)) {
            throw new IllegalArgumentException("an image of " + width + "x" + height + " needs 3 bytes a pixel, not "
                    + pixels.remaining() + " in all");
        }
        pixels = pixels.slice().asReadOnlyBuffer();
    }

    /** A fresh view of the pixels, positioned at the first. */
    @Override
    public ByteBuffer pixels() {
        return pixels.duplicate();
    }

    /** The pixels as an array of their own. */
    public byte[] toByteArray() {
        byte[] bytes = new byte[pixels.remaining()];
        pixels().get(bytes);
        return bytes;
    }

    /** Hex SHA-256 of width and height (4 bytes each, most significant first) and the pixels. */
    public String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(8).putInt(width).putInt(height).flip());
            digest.update(pixels());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The colour at (x, y) as 0xRRGGBB. */
    public int rgb(int x, int y) {
        int at = (y * width + x) * 3;
        return (pixels.get(at) & 0xff) << 16 | (pixels.get(at + 1) & 0xff) << 8 | (pixels.get(at + 2) & 0xff);
    }
}

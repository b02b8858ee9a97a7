package dev.reflectionflow.train.data;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.Resize;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;

/**
 * Scales a picture and cuts a square from it.
 *
 * @param width pixels after scaling
 * @param height rows after scaling
 * @param left pixels left of the square
 * @param top rows above it
 * @param size side of the square
 */
record Crop(int width, int height, int left, int top, int size) {
    /** So that the shorter edge has {@code size} pixels; the square lies anywhere, in the middle without {@code random}. */
    static Crop of(RgbImage image, int size, Optional<Random> random) {
        double ratio = (double) size / Math.min(image.width(), image.height());
        // rounding errors may give the shorter edge a pixel more, as they do in the released code
        int width = (int) Math.ceil(image.width() * ratio);
        int height = (int) Math.ceil(image.height() * ratio);
        return new Crop(width, height, offset(width - size, random), offset(height - size, random), size);
    }

    /** Whether it cuts nothing off. */
    boolean isWhole() {
        return width == size && height == size;
    }

    private static int offset(int room, Optional<Random> random) {
        return random.isPresent() ? random.get().nextInt(room + 1) : room / 2;
    }

    /** The square of this picture. */
    RgbImage cut(RgbImage image) {
        RgbImage scaled = Resize.resize(image, width, height, Resize.Filter.BICUBIC);
        if (isWhole()) {
            return scaled;
        }
        ByteBuffer pixels = scaled.pixels();
        byte[] square = new byte[size * size * 3];
        for (int y = 0; y < size; y++) {
            pixels.get(((top + y) * width + left) * 3, square, y * size * 3, size * 3);
        }
        return new RgbImage(size, size, ByteBuffer.wrap(square));
    }
}

package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Many pictures in one, row by row, on white. */
final class ContactSheet {
    private static final int GAP = 4;

    private ContactSheet() {}

    static RgbImage of(List<Picture> pictures) {
        int columns = (int) Math.ceil(Math.sqrt(pictures.size()));
        int rows = (pictures.size() + columns - 1) / columns;
        int cellWidth = pictures.stream().mapToInt(p -> p.image().width()).max().orElse(1) + GAP;
        int cellHeight =
                pictures.stream().mapToInt(p -> p.image().height()).max().orElse(1) + GAP;
        int width = columns * cellWidth + GAP;
        byte[] pixels = new byte[width * (rows * cellHeight + GAP) * 3];
        Arrays.fill(pixels, (byte) 255);
        for (int i = 0; i < pictures.size(); i++) {
            RgbImage image = pictures.get(i).image();
            int left = GAP + i % columns * cellWidth;
            int top = GAP + i / columns * cellHeight;
            byte[] from = image.toByteArray();
            for (int y = 0; y < image.height(); y++) {
                System.arraycopy(
                        from, y * image.width() * 3, pixels, ((top + y) * width + left) * 3, image.width() * 3);
            }
        }
        return new RgbImage(width, rows * cellHeight + GAP, ByteBuffer.wrap(pixels));
    }
}

package dev.reflectionflow.scenes;

import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A square picture in floating point on which polygons are painted without jagged edges. */
final class SceneCanvas {
    /** Scan lines a pixel row; along each the covered length is exact. */
    private static final int LINES = 4;

    final int size;
    /** (size * size, 3), 0 to 255. */
    final float[] pixels;

    SceneCanvas(int size, float grey) {
        this.size = size;
        pixels = new float[size * size * 3];
        Arrays.fill(pixels, grey);
    }

    /**
     * Paints a polygon.
     *
     * @param polygon x and y of each corner in the unit circle
     * @param centerX of that circle, in pixels
     * @param centerY of that circle, in pixels
     * @param radius of that circle, in pixels
     * @param rgb 0 to 255 each
     */
    void paint(double[] polygon, double centerX, double centerY, double radius, float[] rgb) {
        double[] crossings = new double[polygon.length / 2];
        float[] cover = new float[size];
        int top = Math.max(0, (int) Math.floor(centerY - radius));
        int bottom = Math.min(size, (int) Math.ceil(centerY + radius));
        int left = Math.max(0, (int) Math.floor(centerX - radius));
        int right = Math.min(size, (int) Math.ceil(centerX + radius));
        for (int row = top; row < bottom; row++) {
            Arrays.fill(cover, left, Math.max(left, right), 0);
            for (int line = 0; line < LINES; line++) {
                double y = (row + (line + 0.5) / LINES - centerY) / radius;
                int count = crossings(polygon, y, crossings);
                for (int i = 0; i + 1 < count; i += 2) {
                    cover(cover, centerX + radius * crossings[i], centerX + radius * crossings[i + 1]);
                }
            }
            for (int x = left; x < right; x++) {
                for (int c = 0; c < 3 && cover[x] > 0; c++) {
                    int at = (row * size + x) * 3 + c;
                    pixels[at] += cover[x] / LINES * (rgb[c] - pixels[at]);
                }
            }
        }
    }

    /** Where the polygon's edges cross a scan line, from the left; returns how many. */
    private static int crossings(double[] polygon, double y, double[] out) {
        int count = 0;
        int corners = polygon.length / 2;
        for (int i = 0, j = corners - 1; i < corners; j = i++) {
            double yi = polygon[2 * i + 1];
            double yj = polygon[2 * j + 1];
            if (yi > y != yj > y) {
                out[count++] = polygon[2 * i] + (y - yi) / (yj - yi) * (polygon[2 * j] - polygon[2 * i]);
            }
        }
        Arrays.sort(out, 0, count);
        return count;
    }

    /** Adds the covered length of each pixel between two points of a row. */
    private void cover(float[] cover, double from, double to) {
        double start = Math.max(0, from);
        double end = Math.min(size, to);
        for (int x = (int) start; x < end; x++) {
            cover[x] += (float) (Math.min(x + 1, end) - Math.max(x, start));
        }
    }

    RgbImage image() {
        byte[] bytes = new byte[pixels.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(Math.max(0, Math.min(255, pixels[i])));
        }
        return new RgbImage(size, size, ByteBuffer.wrap(bytes));
    }
}

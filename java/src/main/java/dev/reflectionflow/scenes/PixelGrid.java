package dev.reflectionflow.scenes;

import dev.reflectionflow.RgbImage;
import java.util.Arrays;

/**
 * A picture at working size: large ones are averaged down to about 128 pixels, which also calms their noise, and all are
 * smoothed once.
 */
final class PixelGrid {
    private static final int WORKING_SIDE = 128;

    final int width;
    final int height;
    /** Pixels of the picture per pixel of the grid, along each axis. */
    final int factor;

    /** (height * width, 3), 0 to 255. */
    private final float[] values;

    private PixelGrid(int width, int height, int factor, float[] values) {
        this.width = width;
        this.height = height;
        this.factor = factor;
        this.values = values;
    }

    static PixelGrid of(RgbImage image) {
        int factor = Math.max(1, Math.round(Math.min(image.width(), image.height()) / (float) WORKING_SIDE));
        int width = Math.max(1, image.width() / factor);
        int height = Math.max(1, image.height() / factor);
        byte[] bytes = image.toByteArray();
        float[] values = new float[width * height * 3];
        for (int i = 0; i < values.length; i++) {
            int channel = i % 3;
            int left = i / 3 % width * factor;
            int top = i / 3 / width * factor;
            int sum = 0;
            for (int y = top; y < Math.min(top + factor, image.height()); y++) {
                for (int x = left; x < Math.min(left + factor, image.width()); x++) {
                    sum += bytes[(y * image.width() + x) * 3 + channel] & 0xff;
                }
            }
            values[i] = sum / (float) (Math.min(factor, image.height()) * Math.min(factor, image.width()));
        }
        return new PixelGrid(width, height, factor, smooth(values, width, height));
    }

    /** The binomial 1 2 1 filter along both axes, repeating the edge. */
    private static float[] smooth(float[] in, int width, int height) {
        float[] across = new float[in.length];
        float[] out = new float[in.length];
        for (int i = 0; i < in.length; i++) {
            int x = i / 3 % width;
            across[i] = (in[x > 0 ? i - 3 : i] + 2 * in[i] + in[x < width - 1 ? i + 3 : i]) / 4;
        }
        for (int i = 0; i < in.length; i++) {
            int y = i / 3 / width;
            int row = 3 * width;
            out[i] = (across[y > 0 ? i - row : i] + 2 * across[i] + across[y < height - 1 ? i + row : i]) / 4;
        }
        return out;
    }

    double[] color(int pixel) {
        return new double[] {values[pixel * 3], values[pixel * 3 + 1], values[pixel * 3 + 2]};
    }

    /** Euclidean distance in RGB. */
    double distance(int pixel, double[] rgb) {
        double r = values[pixel * 3] - rgb[0];
        double g = values[pixel * 3 + 1] - rgb[1];
        double b = values[pixel * 3 + 2] - rgb[2];
        return Math.sqrt(r * r + g * g + b * b);
    }

    /** The median of each channel over some pixels, which a minority of strange ones does not move. */
    double[] median(int[] pixels) {
        double[] median = new double[3];
        float[] channel = new float[pixels.length];
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < pixels.length; i++) {
                channel[i] = values[pixels[i] * 3 + c];
            }
            Arrays.sort(channel);
            median[c] = channel[channel.length / 2];
        }
        return median;
    }

    /** The pixels of the outermost frame, where a plain background shows. */
    int[] border() {
        int frame = Math.max(1, Math.min(width, height) / 40);
        return java.util.stream.IntStream.range(0, width * height)
                .filter(p -> p % width < frame
                        || p % width >= width - frame
                        || p / width < frame
                        || p / width >= height - frame)
                .toArray();
    }
}

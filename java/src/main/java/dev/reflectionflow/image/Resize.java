package dev.reflectionflow.image;

import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;

/**
 * Resizes as Pillow does, bit for bit: the filter grows with the reduction, coefficients are fixed-point numbers of 22
 * bits, rows first, with rounding to 8 bits between the two passes.
 */
public final class Resize {
    private static final int PRECISION = 32 - 8 - 2;

    private Resize() {}

    /** How neighbouring pixels are weighed. */
    public enum Filter {
        /** Cubic with a = -0.5, over 2 pixels to either side: Pillow's default, used for the corrector's condition. */
        BICUBIC(2),
        /** Windowed sinc over 3 pixels to either side: used by diffusers' image processor. */
        LANCZOS(3);

        private final double support;

        Filter(double support) {
            this.support = support;
        }

        private double weight(double x) {
            return this == BICUBIC ? cubic(x) : lanczos(x);
        }
    }

    /** The image at {@code width} x {@code height} pixels. */
    public static RgbImage resize(RgbImage image, int width, int height, Filter filter) {
        byte[] pixels = image.toByteArray();
        if (width != image.width()) {
            Taps taps = Taps.of(image.width(), width, filter);
            pixels = pass(pixels, image.height(), image.width() * 3, 3, width * 3, 3, width, taps);
        }
        if (height != image.height()) {
            Taps taps = Taps.of(image.height(), height, filter);
            // The same loop over columns: lines and samples change places.
            pixels = pass(pixels, width, 3, width * 3, 3, width * 3, height, taps);
        }
        return new RgbImage(width, height, ByteBuffer.wrap(pixels));
    }

    /** The image shrunk to sides that are multiples of {@code multiple}, as diffusers does: rounded down, Lanczos. */
    public static RgbImage toMultipleOf(RgbImage image, int multiple) {
        int width = image.width() / multiple * multiple;
        int height = image.height() / multiple * multiple;
        if (width == 0 || height == 0) {
            throw new IllegalArgumentException(
                    "an image of " + image.width() + "x" + image.height() + " is smaller than " + multiple);
        }
        return resize(image, width, height, Filter.LANCZOS);
    }

    /**
     * Resamples each line.
     *
     * @param in samples of 3 bytes; line n starts at n * inLine, its samples are inSample apart
     * @param count samples per line of the result
     */
    private static byte[] pass(
            byte[] in, int lines, int inLine, int inSample, int outLine, int outSample, int count, Taps taps) {
        byte[] out = new byte[lines * count * 3];
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < count; i++) {
                int first = line * inLine + taps.first[i] * inSample;
                int target = line * outLine + i * outSample;
                for (int c = 0; c < 3; c++) {
                    int sum = 1 << (PRECISION - 1);
                    for (int k = 0; k < taps.weights[i].length; k++) {
                        sum += (in[first + k * inSample + c] & 0xff) * taps.weights[i][k];
                    }
                    out[target + c] = (byte) Math.max(0, Math.min(255, sum >> PRECISION));
                }
            }
        }
        return out;
    }

    /** For each sample of the result: the first input sample and the weights from there on. */
    private record Taps(int[] first, int[][] weights) {
        static Taps of(int inSize, int outSize, Filter filter) {
            double scale = (double) inSize / outSize;
            double stretch = Math.max(scale, 1);
            double support = filter.support * stretch;
            Taps taps = new Taps(new int[outSize], new int[outSize][]);
            for (int i = 0; i < outSize; i++) {
                double center = (i + 0.5) * scale;
                int from = Math.max(0, (int) (center - support + 0.5));
                int to = Math.min(inSize, (int) (center + support + 0.5));
                double[] exact = new double[to - from];
                double sum = 0;
                for (int k = 0; k < exact.length; k++) {
                    exact[k] = filter.weight((k + from - center + 0.5) * (1 / stretch));
                    sum += exact[k];
                }
                taps.first[i] = from;
                taps.weights[i] = fixedPoint(exact, sum);
            }
            return taps;
        }

        private static int[] fixedPoint(double[] exact, double sum) {
            int[] weights = new int[exact.length];
            for (int k = 0; k < exact.length; k++) {
                double weight = (sum == 0 ? exact[k] : exact[k] / sum) * (1 << PRECISION);
                weights[k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
            }
            return weights;
        }
    }

    private static double cubic(double x) {
        double a = -0.5;
        double t = Math.abs(x);
        if (t < 1) {
            return ((a + 2) * t - (a + 3)) * t * t + 1;
        }
        return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
    }

    private static double lanczos(double x) {
        return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}

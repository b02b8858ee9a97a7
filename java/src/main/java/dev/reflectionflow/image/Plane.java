package dev.reflectionflow.image;

import dev.reflectionflow.RgbImage;
import java.util.function.DoubleBinaryOperator;

/**
 * One value for each pixel, row by row.
 *
 * @param values height x width; not to be modified
 */
record Plane(int width, int height, double[] values) {
    /** Brightness from 0 to 255, with the weights of ITU-R BT.601; not rounded. */
    static Plane luma(RgbImage image) {
        byte[] rgb = image.toByteArray();
        double[] values = new double[rgb.length / 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.299 * (rgb[3 * i] & 0xff) + 0.587 * (rgb[3 * i + 1] & 0xff) + 0.114 * (rgb[3 * i + 2] & 0xff);
        }
        return new Plane(image.width(), image.height(), values);
    }

    /** Pixel by pixel with another plane of the same size. */
    Plane with(Plane other, DoubleBinaryOperator operator) {
        double[] made = new double[values.length];
        for (int i = 0; i < made.length; i++) {
            made[i] = operator.applyAsDouble(values[i], other.values[i]);
        }
        return new Plane(width, height, made);
    }

    /** Weighs neighbours along rows, then along columns; only where all of them are in the plane, which so gets smaller. */
    Plane filtered(double[] alongRow, double[] alongColumn) {
        return rows(alongRow).columns(alongColumn);
    }

    /** Means of 2x2 pixels; an odd last row or column is left out. */
    Plane halved() {
        Plane half = new Plane(width / 2, height / 2, new double[(width / 2) * (height / 2)]);
        for (int y = 0; y < half.height; y++) {
            for (int x = 0; x < half.width; x++) {
                int at = 2 * y * width + 2 * x;
                half.values[y * half.width + x] =
                        (values[at] + values[at + 1] + values[at + width] + values[at + width + 1]) / 4;
            }
        }
        return half;
    }

    double mean() {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private Plane rows(double[] weights) {
        return weighed(width - weights.length + 1, height, weights, 1);
    }

    private Plane columns(double[] weights) {
        return weighed(width, height - weights.length + 1, weights, width);
    }

    /** Sums over neighbours that are {@code stride} values apart. */
    private Plane weighed(int outWidth, int outHeight, double[] weights, int stride) {
        double[] made = new double[outWidth * outHeight];
        for (int y = 0; y < outHeight; y++) {
            for (int x = 0; x < outWidth; x++) {
                double sum = 0;
                for (int i = 0; i < weights.length; i++) {
                    sum += weights[i] * values[y * width + x + i * stride];
                }
                made[y * outWidth + x] = sum;
            }
        }
        return new Plane(outWidth, outHeight, made);
    }
}

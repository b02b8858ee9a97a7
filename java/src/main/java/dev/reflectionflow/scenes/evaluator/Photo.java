package dev.reflectionflow.scenes.evaluator;

import dev.reflectionflow.RgbImage;

/** A picture's colours at about 128 pixels a side, as differences from its background. */
final class Photo {
    private static final int SIDE = 128;
    /** Colours of a bin of the histogram that finds the background. */
    private static final int BIN = 16;
    /** Colours so near to the commonest belong to the background. */
    private static final double NEAR = 30;

    final int width;
    final int height;
    /** (height * width, 3): red, green, blue less the background's. */
    final float[] difference;

    private final double[] background = new double[3];

    Photo(RgbImage image) {
        int factor = Math.max(1, Math.round(Math.min(image.width(), image.height()) / (float) SIDE));
        width = Math.max(1, image.width() / factor);
        height = Math.max(1, image.height() / factor);
        difference = new float[width * height * 3];
        byte[] bytes = image.toByteArray();
        for (int y = 0; y < Math.min(image.height(), height * factor); y++) {
            for (int x = 0; x < Math.min(image.width(), width * factor); x++) {
                for (int c = 0; c < 3; c++) {
                    difference[(y / factor * width + x / factor) * 3 + c] +=
                            (bytes[(y * image.width() + x) * 3 + c] & 0xff) / (float) (factor * factor);
                }
            }
        }
        findBackground();
        for (int i = 0; i < difference.length; i++) {
            difference[i] -= (float) background[i % 3];
        }
    }

    /** The commonest colour, so that whatever touches the picture's edge does not count. */
    private void findBackground() {
        int levels = 256 / BIN + 1;
        int[] histogram = new int[levels * levels * levels];
        int best = 0;
        for (int p = 0; p < width * height; p++) {
            int bin = 0;
            for (int c = 0; c < 3; c++) {
                // mid grey lies in the middle of a bin
                bin = bin * levels + ((int) difference[p * 3 + c] + BIN / 2) / BIN;
            }
            best = ++histogram[bin] > histogram[best] ? bin : best;
        }
        double[] start = {
            (double) BIN * (best / levels / levels),
            (double) BIN * (best / levels % levels),
            (double) BIN * (best % levels)
        };
        int count = 0;
        double[] sum = new double[3];
        for (int p = 0; p < width * height; p++) {
            if (distance(p, start) < NEAR) {
                count++;
                for (int c = 0; c < 3; c++) {
                    sum[c] += difference[p * 3 + c];
                }
            }
        }
        for (int c = 0; c < 3; c++) {
            background[c] = count == 0 ? start[c] : sum[c] / count;
        }
    }

    private double distance(int pixel, double[] from) {
        double r = difference[pixel * 3] - from[0];
        double g = difference[pixel * 3 + 1] - from[1];
        double b = difference[pixel * 3 + 2] - from[2];
        return Math.sqrt(r * r + g * g + b * b);
    }

    /** How far a pixel is from the background, in RGB. */
    double contrast(int pixel) {
        return distance(pixel, new double[3]);
    }

    /** A difference from the background as a colour, 0 to 255 each. */
    double[] color(double[] fromBackground) {
        return new double[] {
            fromBackground[0] + background[0], fromBackground[1] + background[1], fromBackground[2] + background[2]
        };
    }

    /**
     * How much of an object a pixel shows: 0 is the background, 1 the object; negative where the pixel is a mixture of
     * neither.
     *
     * @param object its colour less the background's
     */
    double share(int pixel, double[] object) {
        double along = 0;
        double length = 0;
        for (int c = 0; c < 3; c++) {
            along += difference[pixel * 3 + c] * object[c];
            length += object[c] * object[c];
        }
        double share = along / length;
        double aside = 0;
        for (int c = 0; c < 3; c++) {
            double rest = difference[pixel * 3 + c] - share * object[c];
            aside += rest * rest;
        }
        double allowed = 18 + 0.3 * Math.sqrt(length);
        return aside > allowed * allowed ? -1 : Math.max(0, Math.min(1, share));
    }
}

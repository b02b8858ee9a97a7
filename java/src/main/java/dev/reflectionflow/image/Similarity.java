package dev.reflectionflow.image;

import dev.reflectionflow.RgbImage;

/**
 * How alike two pictures are.
 *
 * @param squaredError mean over pixels and colours of the squared difference of bytes; 0 for equal pictures
 * @param ssim structural similarity of brightness (Wang et al. 2004), at most 1, which equal pictures have
 * @param gradients mean similarity of gradient magnitudes (Xue et al. 2014), at most 1, which equal pictures have
 */
public record Similarity(double squaredError, double ssim, double gradients) {
    /** Sides that a picture must have at least. */
    public static final int LEAST_SIDE = StructuralSimilarity.WINDOW;

    private static final double WHITE = 255;

    /**
     * Compares two pictures.
     *
     * @throws IllegalArgumentException where their sizes differ or a side is less than {@value #LEAST_SIDE}
     */
    public static Similarity of(RgbImage a, RgbImage b) {
        if (a.width() != b.width() || a.height() != b.height()) {
            throw new IllegalArgumentException(size(a) + " pixels cannot be compared with " + size(b));
        }
        if (Math.min(a.width(), a.height()) < LEAST_SIDE) {
            throw new IllegalArgumentException(size(a) + " pixels are less than " + LEAST_SIDE + " a side");
        }
        Plane brightA = Plane.luma(a);
        Plane brightB = Plane.luma(b);
        return new Similarity(
                squaredError(a, b), StructuralSimilarity.of(brightA, brightB), GradientSimilarity.of(brightA, brightB));
    }

    /** Peak signal-to-noise ratio in decibels; infinite for equal pictures. */
    public double psnr() {
        return psnr(squaredError);
    }

    /** The ratio of a mean squared error, such as that of several pictures. */
    public static double psnr(double squaredError) {
        return 10 * Math.log10(WHITE * WHITE / squaredError);
    }

    private static double squaredError(RgbImage a, RgbImage b) {
        byte[] left = a.toByteArray();
        byte[] right = b.toByteArray();
        long sum = 0;
        for (int i = 0; i < left.length; i++) {
            int gap = (left[i] & 0xff) - (right[i] & 0xff);
            sum += (long) gap * gap;
        }
        return (double) sum / left.length;
    }

    private static String size(RgbImage image) {
        return image.width() + "x" + image.height();
    }
}

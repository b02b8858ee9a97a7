package dev.reflectionflow.image;

/**
 * SSIM of Wang, Bovik, Sheikh and Simoncelli (2004) on brightness: a Gaussian window of 11x11 pixels and deviation 1.5,
 * wherever it lies within the image; no reduction before.
 */
final class StructuralSimilarity {
    static final int WINDOW = 11;

    private static final double DEVIATION = 1.5;
    private static final double C1 = Math.pow(0.01 * 255, 2);
    private static final double C2 = Math.pow(0.03 * 255, 2);
    private static final double[] GAUSSIAN = gaussian();

    private StructuralSimilarity() {}

    /** The mean over all windows, at most 1. */
    static double of(Plane a, Plane b) {
        Plane meanA = smooth(a);
        Plane meanB = smooth(b);
        Plane squareA = smooth(a.with(a, (x, y) -> x * y));
        Plane squareB = smooth(b.with(b, (x, y) -> x * y));
        Plane product = smooth(a.with(b, (x, y) -> x * y));
        double sum = 0;
        for (int i = 0; i < product.values().length; i++) {
            double ma = meanA.values()[i];
            double mb = meanB.values()[i];
            double varianceA = squareA.values()[i] - ma * ma;
            double varianceB = squareB.values()[i] - mb * mb;
            double covariance = product.values()[i] - ma * mb;
            sum += (2 * ma * mb + C1)
                    * (2 * covariance + C2)
                    / ((ma * ma + mb * mb + C1) * (varianceA + varianceB + C2));
        }
        return sum / product.values().length;
    }

    private static Plane smooth(Plane plane) {
        return plane.filtered(GAUSSIAN, GAUSSIAN);
    }

    private static double[] gaussian() {
        double[] weights = new double[WINDOW];
        double sum = 0;
        for (int i = 0; i < WINDOW; i++) {
            double distance = (i - WINDOW / 2) / DEVIATION;
            weights[i] = Math.exp(-distance * distance / 2);
            sum += weights[i];
        }
        for (int i = 0; i < WINDOW; i++) {
            weights[i] /= sum;
        }
        return weights;
    }
}

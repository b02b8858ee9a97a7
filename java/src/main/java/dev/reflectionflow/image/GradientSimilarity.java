package dev.reflectionflow.image;

/**
 * Gradient magnitude similarity of Xue, Zhang, Mou and Bovik (2014) on brightness at half the size: do edges lie where they
 * lay, and are they as strong? Its mean, which is 1 for equal images.
 */
final class GradientSimilarity {
    private static final double C = 170;
    private static final double[] SLOPE = {1 / 3.0, 0, -1 / 3.0};
    private static final double[] ACROSS = {1, 1, 1};

    private GradientSimilarity() {}

    /** In (0, 1]. */
    static double of(Plane a, Plane b) {
        return magnitude(a.halved())
                .with(magnitude(b.halved()), (x, y) -> (2 * x * y + C) / (x * x + y * y + C))
                .mean();
    }

    /** Prewitt's operator. */
    private static Plane magnitude(Plane plane) {
        return plane.filtered(SLOPE, ACROSS).with(plane.filtered(ACROSS, SLOPE), Math::hypot);
    }
}

package dev.reflectionflow.scenes;

/** Outlines as polygons in the unit circle, y downwards: x0, y0, x1, y1 and so on. */
final class ShapePolygon {
    /** Radius of the notches of the stars that we draw; a regular pentagram has 0.38. */
    static final double NOTCH = 0.42;

    private static final int ROUND = 64;
    private static final double OVAL = 0.38;
    /** Half the angle of the wedge that is gone. */
    private static final double BITE = Math.toRadians(50);

    private ShapePolygon() {}

    static double[] of(PlacedObject object) {
        return object.malformation().isPresent()
                ? malformed(object.malformation().get(), object.turn())
                : of(object.shape(), object.turn(), NOTCH);
    }

    /**
     * A proper shape.
     *
     * @param turn radians, clockwise; upright at 0
     * @param notch radius of a star's notches
     */
    static double[] of(Shape shape, double turn, double notch) {
        return switch (shape) {
            case CIRCLE -> around(ROUND, turn, i -> 1);
            case SQUARE -> around(4, turn + Math.PI / 4, i -> 1);
            case TRIANGLE -> around(3, turn, i -> 1);
            case STAR -> around(10, turn, i -> i % 2 == 0 ? 1 : notch);
        };
    }

    private static double[] malformed(Malformation malformation, double turn) {
        return switch (malformation) {
            case STRETCHED ->
                around(ROUND, turn, i -> {
                    double angle = 2 * Math.PI * i / ROUND;
                    return OVAL / Math.hypot(OVAL * Math.cos(angle), Math.sin(angle));
                });
            case BITTEN ->
                around(ROUND, turn, i -> {
                    double angle = 2 * Math.PI * i / ROUND;
                    return angle < BITE || angle > 2 * Math.PI - BITE ? 0.05 : 1;
                });
            case LUMPY ->
                around(ROUND, turn, i -> {
                    double angle = 2 * Math.PI * i / ROUND;
                    return 0.66 + 0.2 * Math.cos(2 * angle) + 0.14 * Math.cos(3 * angle + 0.9);
                });
        };
    }

    private interface Radius {
        double at(int corner);
    }

    private static double[] around(int corners, double turn, Radius radius) {
        double[] polygon = new double[2 * corners];
        for (int i = 0; i < corners; i++) {
            double angle = turn + 2 * Math.PI * i / corners;
            polygon[2 * i] = radius.at(i) * Math.sin(angle);
            polygon[2 * i + 1] = -radius.at(i) * Math.cos(angle);
        }
        return polygon;
    }
}

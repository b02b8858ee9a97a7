package dev.reflectionflow.scenes.evaluator;

import dev.reflectionflow.scenes.Shape;

/**
 * An ideal shape somewhere in a picture, in pixels.
 *
 * @param x of the enclosing circle's centre
 * @param y of it, from the top
 * @param radius of the enclosing circle
 * @param turn radians, clockwise
 * @param notch radius of a star's notches as a share
 */
record Template(Shape shape, double x, double y, double radius, double turn, double notch) {
    /** The angle after which the shape looks the same. */
    double period() {
        return switch (shape) {
            case CIRCLE -> 0;
            case SQUARE -> Math.PI / 2;
            case TRIANGLE -> 2 * Math.PI / 3;
            case STAR -> 2 * Math.PI / 5;
        };
    }

    /** The shape's area over that of its enclosing circle. */
    static double fill(Shape shape) {
        return switch (shape) {
            case CIRCLE -> 1;
            case SQUARE -> 2 / Math.PI;
            case TRIANGLE -> 3 * Math.sqrt(3) / 4 / Math.PI;
            case STAR -> 5 * 0.42 * Math.sin(Math.PI / 5) / Math.PI;
        };
    }

    /** How far inside its edges the points of a picture lie; negative outside. */
    interface Depth {
        double at(double dx, double dy);

        /** The share of a pixel that the shape covers, from the depth of its middle. */
        default double cover(double dx, double dy) {
            return Math.max(0, Math.min(1, 0.5 + at(dx, dy)));
        }
    }

    /** The depth of points by their offsets from the centre, with all angles worked out before. */
    Depth depth() {
        return switch (shape) {
            case CIRCLE -> (dx, dy) -> radius - Math.sqrt(dx * dx + dy * dy);
            case SQUARE -> square();
            case TRIANGLE -> triangle();
            case STAR -> star();
        };
    }

    private Depth square() {
        double cos = Math.cos(turn);
        double sin = Math.sin(turn);
        double reach = radius * Math.sqrt(0.5);
        return (dx, dy) -> reach - Math.max(Math.abs(dx * cos + dy * sin), Math.abs(dy * cos - dx * sin));
    }

    private Depth triangle() {
        double[] x = new double[3];
        double[] y = new double[3];
        directions(turn + Math.PI, x, y);
        return (dx, dy) ->
                radius / 2 - Math.max(dx * x[0] + dy * y[0], Math.max(dx * x[1] + dy * y[1], dx * x[2] + dy * y[2]));
    }

    /** By the arm whose direction is nearest. */
    private Depth star() {
        double[] x = new double[5];
        double[] y = new double[5];
        directions(turn, x, y);
        double notchX = notch * Math.cos(Math.PI / 5) - 1;
        double notchY = notch * Math.sin(Math.PI / 5);
        double length = Math.sqrt(notchX * notchX + notchY * notchY);
        return (dx, dy) -> {
            double along = Double.NEGATIVE_INFINITY;
            double across = 0;
            for (int arm = 0; arm < 5; arm++) {
                double dot = dx * x[arm] + dy * y[arm];
                if (dot > along) {
                    along = dot;
                    across = Math.abs(dx * y[arm] - dy * x[arm]);
                }
            }
            return (notchY * (radius - along) + notchX * across) / length;
        };
    }

    /** Evenly spaced directions, the first at an angle clockwise from the top. */
    private static void directions(double first, double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            double angle = first + 2 * Math.PI * i / x.length;
            x[i] = Math.sin(angle);
            y[i] = -Math.cos(angle);
        }
    }
}

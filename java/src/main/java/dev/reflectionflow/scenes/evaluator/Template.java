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

    /** The share of a pixel that the shape covers, from the distance of its middle to the nearest edge. */
    double cover(int column, int row) {
        double dx = column + 0.5 - x;
        double dy = row + 0.5 - y;
        double inside = switch (shape) {
            case CIRCLE -> radius - Math.hypot(dx, dy);
            case SQUARE -> square(dx, dy);
            case TRIANGLE -> triangle(dx, dy);
            case STAR -> star(dx, dy);
        };
        return Math.max(0, Math.min(1, 0.5 + inside));
    }

    private double square(double dx, double dy) {
        double cos = Math.cos(turn);
        double sin = Math.sin(turn);
        return radius * Math.sqrt(0.5) - Math.max(Math.abs(dx * cos + dy * sin), Math.abs(dy * cos - dx * sin));
    }

    private double triangle(double dx, double dy) {
        double farthest = Double.NEGATIVE_INFINITY;
        for (int edge = 0; edge < 3; edge++) {
            double angle = turn + Math.PI + edge * 2 * Math.PI / 3;
            farthest = Math.max(farthest, dx * Math.sin(angle) - dy * Math.cos(angle));
        }
        return radius / 2 - farthest;
    }

    /** By the arm whose direction is nearest. */
    private double star(double dx, double dy) {
        double along = Double.NEGATIVE_INFINITY;
        double across = 0;
        for (int arm = 0; arm < 5; arm++) {
            double angle = turn + arm * 2 * Math.PI / 5;
            double dot = dx * Math.sin(angle) - dy * Math.cos(angle);
            if (dot > along) {
                along = dot;
                across = Math.abs(dx * Math.cos(angle) + dy * Math.sin(angle));
            }
        }
        double notchX = notch * Math.cos(Math.PI / 5) - 1;
        double notchY = notch * Math.sin(Math.PI / 5);
        return (notchY * (radius - along) + notchX * across) / Math.hypot(notchX, notchY);
    }
}

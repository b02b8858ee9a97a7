package dev.reflectionflow.scenes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The outline of one object as its radius over the angle around its centre of mass, and what tells shapes apart in it:
 * a circle's radius is constant, a square's rises four times, a triangle's three times, a star's five times.
 */
final class Outline {
    private static final int ANGLES = 120;
    private static final int IDEAL_ANGLES = 3 * ANGLES;
    private static final double STEP = 0.2;

    /** Radius of an ideal shape, in pixels. */
    private static final double FINE = 50;

    /** From this mean distance on outlines have nothing in common; an ideal square is 0.09 from a circle. */
    private static final double UNLIKE = 0.15;

    private final double[] radius;
    private final double mean;

    /**
     * @param cover the share of each pixel that the object covers
     * @param reach no point of the object is farther from the centre
     */
    Outline(Cover cover, double centerX, double centerY, double reach) {
        this(ANGLES, cover, centerX, centerY, reach);
    }

    private Outline(int angles, Cover cover, double centerX, double centerY, double reach) {
        radius = new double[angles];
        double sum = 0;
        for (int i = 0; i < angles; i++) {
            double cos = Math.cos(angle(i));
            double sin = Math.sin(angle(i));
            double r = reach;
            while (r > STEP && cover.at(centerX + r * cos, centerY + r * sin) < 0.5) {
                r -= STEP;
            }
            radius[i] = r;
            sum += r;
        }
        mean = sum / angles;
    }

    /** The share of a pixel that the object covers, between pixel centres by interpolation. */
    interface Cover {
        double at(double x, double y);
    }

    /** That of a polygon around the origin, in the unit circle, at more angles than those of objects. */
    static Outline of(double[] polygon) {
        return new Outline(IDEAL_ANGLES, (x, y) -> isInside(polygon, x / FINE, y / FINE) ? 1 : 0, 0, 0, FINE + 1);
    }

    private static boolean isInside(double[] polygon, double x, double y) {
        boolean inside = false;
        for (int i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
            boolean crosses = polygon[i + 1] > y != polygon[j + 1] > y;
            double height = (y - polygon[i + 1]) / (polygon[j + 1] - polygon[i + 1]);
            inside ^= crosses && x < polygon[i] + height * (polygon[j] - polygon[i]);
        }
        return inside;
    }

    /** How strongly the radius rises and falls {@code times} per turn, relative to its mean. */
    double harmonic(int times) {
        double cos = 0;
        double sin = 0;
        for (int i = 0; i < radius.length; i++) {
            cos += radius[i] * Math.cos(times * angle(i));
            sin += radius[i] * Math.sin(times * angle(i));
        }
        return 2 * Math.hypot(cos, sin) / radius.length / mean;
    }

    /** Area over the area of the convex hull: 1 for circle, square and triangle, about a half for a star. */
    double solidity() {
        double hull = area(hull());
        return hull == 0 ? 1 : area(points()) / hull;
    }

    /**
     * How near the outline is to an ideal one in whichever turn fits best, 0 to 1: 1 minus the mean distance of their radii,
     * each relative to its own mean, in units of {@code UNLIKE}.
     *
     * @param ideal {@link #of} a polygon
     */
    double likeness(Outline ideal) {
        int finer = ideal.radius.length / radius.length;
        double least = Double.MAX_VALUE;
        for (int turn = 0; turn < ideal.radius.length; turn++) {
            double sum = 0;
            for (int i = 0; i < radius.length; i++) {
                sum += Math.abs(radius[i] / mean - ideal.radius[(finer * i + turn) % ideal.radius.length] / ideal.mean);
            }
            least = Math.min(least, sum / radius.length);
        }
        return Math.max(0, 1 - least / UNLIKE);
    }

    private List<double[]> points() {
        List<double[]> points = new ArrayList<>(radius.length);
        for (int i = 0; i < radius.length; i++) {
            points.add(new double[] {radius[i] * Math.cos(angle(i)), radius[i] * Math.sin(angle(i))});
        }
        return points;
    }

    /** Andrew's monotone chain. */
    private List<double[]> hull() {
        List<double[]> sorted = points();
        sorted.sort((a, b) -> a[0] != b[0] ? Double.compare(a[0], b[0]) : Double.compare(a[1], b[1]));
        List<double[]> hull = new ArrayList<>(half(sorted));
        Collections.reverse(sorted);
        hull.addAll(half(sorted));
        return hull;
    }

    private static List<double[]> half(List<double[]> sorted) {
        List<double[]> chain = new ArrayList<>();
        for (double[] point : sorted) {
            int n = chain.size();
            while (n >= 2 && cross(chain.get(n - 2), chain.get(n - 1), point) <= 0) {
                chain.remove(--n);
            }
            chain.add(point);
        }
        return chain.subList(0, chain.size() - 1);
    }

    private static double cross(double[] origin, double[] a, double[] b) {
        return (a[0] - origin[0]) * (b[1] - origin[1]) - (a[1] - origin[1]) * (b[0] - origin[0]);
    }

    private static double area(List<double[]> polygon) {
        double twice = 0;
        for (int i = 0; i < polygon.size(); i++) {
            double[] a = polygon.get(i);
            double[] b = polygon.get((i + 1) % polygon.size());
            twice += a[0] * b[1] - a[1] * b[0];
        }
        return Math.abs(twice) / 2;
    }

    private double angle(int i) {
        return 2 * Math.PI * i / radius.length;
    }
}

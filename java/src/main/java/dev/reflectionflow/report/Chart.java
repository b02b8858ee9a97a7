package dev.reflectionflow.report;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Curves over one axis.
 *
 * @param title what grows
 * @param xLabel what is spent
 * @param percent whether values are percentages, shown from 0 to 100
 * @param wholeX whether there are no fractions on the x axis
 * @param series in the order of their colours
 */
record Chart(String title, String xLabel, boolean percent, boolean wholeX, List<Series> series) {
    /** Where a curve passes. */
    record Point(double x, double y) {}

    /** A curve, x ascending. */
    record Series(String name, List<Point> points) {}

    Chart {
        series = List.copyOf(series);
    }

    /** The x axis: doublings apart by as much each, where there are two of them or more. */
    Scale xScale() {
        double low = xs().min().orElse(0);
        double high = xs().max().orElse(1);
        return low > 0 && high >= 4 * low ? Scale.doublings(low, high, wholeX) : Scale.linear(low, high, wholeX);
    }

    /** The y axis. */
    Scale yScale() {
        if (percent) {
            return Scale.linear(0, 100, true);
        }
        double low = points().mapToDouble(Point::y).min().orElse(0);
        double high = points().mapToDouble(Point::y).max().orElse(1);
        return Scale.rounded(low, high);
    }

    private DoubleStream xs() {
        return points().mapToDouble(Point::x);
    }

    private Stream<Point> points() {
        return series.stream().flatMap(one -> one.points().stream());
    }
}

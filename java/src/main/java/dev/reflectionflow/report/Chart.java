package dev.reflectionflow.report;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Curves over one axis.
 *
 * @param title what grows
 * @param xLabel what is spent
 * @param unit of values, such as {@code " %"}; empty for none
 * @param y the axis of values
 * @param wholeX whether there are no fractions on the x axis
 * @param series in the order of their colours
 */
record Chart(String title, String xLabel, String unit, Scale y, boolean wholeX, List<Series> series) {
    /** Where a curve passes. */
    record Point(double x, double y) {}

    /** A curve, x ascending. */
    record Series(String name, List<Point> points) {}

    Chart {
        series = List.copyOf(series);
    }

    /** The x axis: doublings apart by as much each, where there are two of them or more. */
    Scale x() {
        double low = xs().min().orElse(0);
        double high = xs().max().orElse(1);
        return low > 0 && high >= 4 * low ? Scale.doublings(low, high, wholeX) : Scale.linear(low, high, wholeX);
    }

    private DoubleStream xs() {
        return series.stream().flatMap(one -> one.points().stream()).mapToDouble(Point::x);
    }
}

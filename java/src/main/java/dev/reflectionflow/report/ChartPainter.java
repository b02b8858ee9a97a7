package dev.reflectionflow.report;

import dev.reflectionflow.report.Canvas.Anchor;
import dev.reflectionflow.report.Chart.Point;
import dev.reflectionflow.report.Chart.Series;
import java.util.ArrayList;
import java.util.List;

/** Draws charts, alone or as a sheet with a heading and a legend. */
final class ChartPainter {
    static final int WIDTH = 300;
    static final int HEIGHT = 226;

    private static final int LEFT = 46;
    private static final int RIGHT = 288;
    private static final int TOP = 34;
    private static final int BOTTOM = 182;
    private static final int GAP = 28;
    private static final int HEADING = 64;
    private static final int LEGEND_LINE = 22;
    private static final int MOST_DOTS = 20;

    private ChartPainter() {}

    /** One chart of {@link #WIDTH} x {@link #HEIGHT} pixels. */
    static void paint(Chart chart, Canvas canvas) {
        Scale x = chart.x();
        Scale y = chart.y();
        canvas.text(LEFT, 18, Anchor.START, "chart-title", chart.title());
        for (double tick : y.ticks()) {
            double at = down(y, tick);
            canvas.line(LEFT, at, RIGHT, at, "grid-line");
            canvas.text(LEFT - 8, at + 4, Anchor.END, "tick", Scale.name(tick) + chart.unit());
        }
        for (double tick : x.ticks()) {
            double at = across(x, tick);
            canvas.line(at, BOTTOM, at, BOTTOM + 4, "axis");
            canvas.text(at, BOTTOM + 18, Anchor.MIDDLE, "tick", Scale.name(tick));
        }
        canvas.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis");
        canvas.text((LEFT + RIGHT) / 2.0, BOTTOM + 38, Anchor.MIDDLE, "axis-label", chart.xLabel());
        for (int i = 0; i < chart.series().size(); i++) {
            series(chart.series().get(i), i, x, y, canvas);
        }
    }

    private static void series(Series series, int number, Scale x, Scale y, Canvas canvas) {
        List<Point> corners = new ArrayList<>();
        double last = 0;
        for (Point point : series.points()) {
            Point at = new Point(across(x, point.x()), down(y, point.y()));
            if (!corners.isEmpty()) {
                // what a budget buys stays the same until the next image is paid for
                corners.add(new Point(at.x(), last));
            }
            corners.add(at);
            last = at.y();
        }
        canvas.curve(corners, number, series.name());
        if (series.points().size() <= MOST_DOTS) {
            series.points().forEach(point -> canvas.dot(across(x, point.x()), down(y, point.y()), number));
        }
    }

    private static double across(Scale scale, double value) {
        return LEFT + scale.at(value) * (RIGHT - LEFT);
    }

    private static double down(Scale scale, double value) {
        return BOTTOM - scale.at(value) * (BOTTOM - TOP);
    }

    /**
     * Several charts in rows, below a heading and the names of the curves.
     *
     * @param rows charts side by side, a row each
     */
    record Sheet(String title, List<String> names, List<List<Chart>> rows) {
        int width() {
            int most = rows.stream().mapToInt(List::size).max().orElse(1);
            return GAP + most * (WIDTH + GAP);
        }

        int height() {
            return top() + rows.size() * (HEIGHT + GAP);
        }

        private int top() {
            return HEADING + names.size() * LEGEND_LINE;
        }

        void paint(Canvas canvas) {
            canvas.text(GAP, 38, Anchor.START, "sheet-title", title);
            for (int i = 0; i < names.size(); i++) {
                double at = HEADING + i * LEGEND_LINE;
                canvas.curve(List.of(new Point(GAP, at - 4), new Point(GAP + 24, at - 4)), i, names.get(i));
                canvas.text(GAP + 34, at, Anchor.START, "legend", names.get(i));
            }
            for (int row = 0; row < rows.size(); row++) {
                for (int column = 0; column < rows.get(row).size(); column++) {
                    Chart chart = rows.get(row).get(column);
                    canvas.at(
                            GAP + column * (WIDTH + GAP),
                            top() + row * (HEIGHT + GAP),
                            () -> ChartPainter.paint(chart, canvas));
                }
            }
        }
    }
}

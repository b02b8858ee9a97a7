package dev.reflectionflow.report;

import dev.reflectionflow.report.Chart.Point;
import java.util.List;

/** Where charts are drawn; x to the right, y down, in pixels. Styles are the class names of the page's style sheet. */
interface Canvas {
    /** How a text lies about its point. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** Moves the origin of what {@code drawing} draws. */
    void at(double x, double y, Runnable drawing);

    void line(double x1, double y1, double x2, double y2, String style);

    /** A curve in the colour of its place among the series. */
    void curve(List<Point> points, int series, String name);

    void dot(double x, double y, int series);

    void text(double x, double y, Anchor anchor, String style, String text);
}

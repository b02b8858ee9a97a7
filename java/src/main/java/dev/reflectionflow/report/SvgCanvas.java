package dev.reflectionflow.report;

import dev.reflectionflow.report.Chart.Point;
import java.util.List;
import java.util.Locale;

/** Draws as SVG elements whose looks a style sheet decides. */
final class SvgCanvas implements Canvas {
    private final Markup out;

    SvgCanvas(Markup out) {
        this.out = out;
    }

    @Override
    public void at(double x, double y, Runnable drawing) {
        out.open("g", "transform", "translate(" + number(x) + " " + number(y) + ")");
        drawing.run();
        out.close("g");
    }

    @Override
    public void line(double x1, double y1, double x2, double y2, String style) {
        out.empty("line", "class", style, "x1", number(x1), "y1", number(y1), "x2", number(x2), "y2", number(y2));
    }

    @Override
    public void curve(List<Point> points, int series, String name) {
        StringBuilder path = new StringBuilder();
        points.forEach(point -> path.append(path.length() == 0 ? "M" : "L")
                .append(number(point.x()))
                .append(' ')
                .append(number(point.y())));
        out.open(
                "path",
                "class",
                "curve " + Palette.style(series),
                "d",
                path.toString(),
                "stroke-width",
                number(Palette.width(series)));
        out.element("title", name).close("path");
    }

    @Override
    public void dot(double x, double y, int series) {
        out.empty("circle", "class", "dot " + Palette.style(series), "cx", number(x), "cy", number(y), "r", "2.6");
    }

    @Override
    public void text(double x, double y, Anchor anchor, String style, String text) {
        String side = anchor.name().toLowerCase(Locale.ROOT);
        out.element("text", text, "class", style, "x", number(x), "y", number(y), "text-anchor", side);
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}

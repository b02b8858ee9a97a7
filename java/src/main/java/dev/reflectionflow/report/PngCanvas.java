package dev.reflectionflow.report;

import dev.reflectionflow.report.Chart.Point;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.List;

/** Draws on a picture, on light paper; needs no display. */
final class PngCanvas implements Canvas {
    private static final Color INK = new Color(0x22262b);
    private static final Color SOFT = new Color(0x5d6670);
    private static final Color LINES = new Color(0xe3e1db);

    private final Graphics2D graphics;

    PngCanvas(Graphics2D graphics) {
        this.graphics = graphics;
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }

    @Override
    public void at(double x, double y, Runnable drawing) {
        AffineTransform before = graphics.getTransform();
        graphics.translate(x, y);
        drawing.run();
        graphics.setTransform(before);
    }

    @Override
    public void line(double x1, double y1, double x2, double y2, String style) {
        graphics.setColor(style.equals("grid-line") ? LINES : SOFT);
        graphics.setStroke(new BasicStroke(1));
        graphics.draw(new Line2D.Double(x1, y1, x2, y2));
    }

    @Override
    public void curve(List<Point> points, int series, String name) {
        if (points.isEmpty()) {
            return;
        }
        Path2D path = new Path2D.Double();
        path.moveTo(points.get(0).x(), points.get(0).y());
        points.forEach(point -> path.lineTo(point.x(), point.y()));
        graphics.setColor(Color.decode(Palette.color(series)));
        graphics.setStroke(new BasicStroke(Palette.width(series), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(path);
    }

    @Override
    public void dot(double x, double y, int series) {
        graphics.setColor(Color.decode(Palette.color(series)));
        graphics.fill(new Ellipse2D.Double(x - 2.6, y - 2.6, 5.2, 5.2));
    }

    @Override
    public void text(double x, double y, Anchor anchor, String style, String text) {
        graphics.setFont(
                switch (style) {
                    case "sheet-title" -> new Font(Font.SERIF, Font.PLAIN, 22);
                    case "chart-title" -> new Font(Font.SANS_SERIF, Font.BOLD, 13);
                    default -> new Font(Font.SANS_SERIF, Font.PLAIN, 12);
                });
        graphics.setColor(style.endsWith("title") ? INK : SOFT);
        double width = graphics.getFontMetrics().stringWidth(text);
        double shift = anchor == Anchor.START ? 0 : anchor == Anchor.MIDDLE ? width / 2 : width;
        graphics.drawString(text, (float) (x - shift), (float) y);
    }
}

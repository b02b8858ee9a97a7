package dev.reflectionflow.report;

import dev.reflectionflow.report.ChartPainter.Sheet;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import javax.imageio.ImageIO;

/** One or several runs, side by side: as a page that needs nothing but itself, and their curves as pictures. */
public final class Report {
    private static final int PNG_SCALE = 2;

    private final String title;
    private final List<Strategy> strategies;

    private Report(String title, List<Strategy> strategies) {
        this.title = title;
        this.strategies = strategies;
    }

    /**
     * Reads runs; they are not changed and may go on meanwhile.
     *
     * @param directories folders of runs, in the order to show them
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} naming what is missing or damaged
     */
    public static Report of(String title, List<Path> directories) {
        return new Report(title, Strategy.read(directories));
    }

    /** Writes the page, at once or not at all. */
    public void writeHtml(Path file, LocalDate date) {
        NewFile.write(file, out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            new Page(title, date, strategies).write(new Markup(writer));
            writer.flush();
        });
    }

    /** Writes the curves as SVG, readable on light and dark. */
    public void writeSvg(Path file) {
        Sheet sheet = new CurveSection(strategies).sheet(title);
        NewFile.write(file, out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            Markup markup = new Markup(writer);
            String width = String.valueOf(sheet.width());
            String height = String.valueOf(sheet.height());
            markup.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            markup.open(
                    "svg",
                    "xmlns",
                    "http://www.w3.org/2000/svg",
                    "width",
                    width,
                    "height",
                    height,
                    "viewBox",
                    "0 0 " + width + " " + height);
            markup.element("title", title).element("style", Page.resource("colors.css") + Page.resource("charts.css"));
            markup.empty("rect", "class", "paper", "width", width, "height", height);
            sheet.paint(new SvgCanvas(markup));
            markup.close("svg").raw("\n");
            writer.flush();
        });
    }

    /** Writes the curves as PNG, on light paper. */
    public void writePng(Path file) {
        Sheet sheet = new CurveSection(strategies).sheet(title);
        BufferedImage picture =
                new BufferedImage(sheet.width() * PNG_SCALE, sheet.height() * PNG_SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(new Color(0xfbfaf7));
        graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
        graphics.scale(PNG_SCALE, PNG_SCALE);
        sheet.paint(new PngCanvas(graphics));
        graphics.dispose();
        NewFile.write(file, out -> ImageIO.write(picture, "png", out));
    }
}

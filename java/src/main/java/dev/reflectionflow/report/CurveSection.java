package dev.reflectionflow.report;

import dev.reflectionflow.report.ChartPainter.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The best-so-far curves: in the page, and on a sheet of their own. */
final class CurveSection {
    private final List<Strategy> strategies;

    CurveSection(List<Strategy> strategies) {
        this.strategies = strategies;
    }

    Sheet sheet(String title) {
        List<List<Chart>> rows = new ArrayList<>(List.of(Curves.scores(strategies), Curves.satisfied(strategies)));
        rows.removeIf(List::isEmpty);
        return new Sheet(title, strategies.stream().map(Strategy::label).toList(), rows);
    }

    void write(Markup out) {
        out.open("section", "id", "curves").element("h2", "Best so far");
        List<List<Chart>> rows = sheet("").rows();
        if (rows.isEmpty()) {
            out.element("p", "No image has a score, so there are no curves.", "class", "warning");
        } else {
            out.element(
                    "p",
                    "Means over the prompts: what a budget for each of them buys. A prompt that ended early"
                            + " keeps its value, and a starting pool costs what it costs.");
            legend(out);
            for (List<Chart> row : rows) {
                out.open("div", "class", "charts");
                row.forEach(chart -> chart(chart, out));
                out.close("div");
            }
        }
        if (rows.size() == 1) {
            out.element("p", "No image satisfied its whole prompt, or the verifier does not say.", "class", "quiet");
        }
        out.close("section").raw("\n");
    }

    private void legend(Markup out) {
        out.open("ul", "class", "legend");
        for (int i = 0; i < strategies.size(); i++) {
            out.open("li").element("span", "", "class", "swatch " + Palette.style(i));
            out.text(strategies.get(i).label()).close("li");
        }
        out.close("ul");
    }

    private static void chart(Chart chart, Markup out) {
        String name = chart.title() + " over " + chart.xLabel();
        String box = String.format(Locale.ROOT, "0 0 %d %d", ChartPainter.WIDTH, ChartPainter.HEIGHT);
        out.open("svg", "viewBox", box, "role", "img", "aria-label", name);
        ChartPainter.paint(chart, new SvgCanvas(out));
        out.close("svg").raw("\n");
    }
}

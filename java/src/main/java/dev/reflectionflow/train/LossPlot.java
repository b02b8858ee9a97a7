package dev.reflectionflow.train;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** The loss over steps as a small SVG picture: each logged step pale, their mean over a window strong; both axes in logs. */
final class LossPlot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int LEFT = 64;
    private static final int RIGHT = 620;
    private static final int TOP = 40;
    private static final int BOTTOM = 316;
    private static final int MOST_POINTS = 600;

    private LossPlot() {}

    /** @param curve step to loss, two or more */
    static String svg(SortedMap<Long, Double> curve) {
        double low = curve.values().stream()
                .filter(v -> v > 0)
                .mapToDouble(v -> v)
                .min()
                .orElse(1e-3);
        double high = curve.values().stream()
                .filter(Double::isFinite)
                .mapToDouble(v -> v)
                .max()
                .orElse(1);
        high = Math.max(high, low * 1.1);
        double first = curve.firstKey();
        double last = Math.max(curve.lastKey(), first + 1);
        StringBuilder raw = new StringBuilder();
        StringBuilder smooth = new StringBuilder();
        double mean = Double.NaN;
        int every = Math.max(1, curve.size() / MOST_POINTS);
        int index = 0;
        for (Map.Entry<Long, Double> point : curve.entrySet()) {
            double value = point.getValue();
            mean = Double.isNaN(mean) ? value : mean + (value - mean) * 0.05;
            if (index++ % every == 0) {
                double x = LEFT + (point.getKey() - first) / (last - first) * (RIGHT - LEFT);
                point(raw, x, y(value, low, high));
                point(smooth, x, y(mean, low, high));
            }
        }
        return page(raw, smooth, first, last, low, high);
    }

    private static double y(double value, double low, double high) {
        double at = Math.log(Math.max(value, low) / low) / Math.log(high / low);
        return BOTTOM - Math.min(1, at) * (BOTTOM - TOP);
    }

    private static void point(StringBuilder path, double x, double y) {
        path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.length() == 0 ? "M" : "L", x, y));
    }

    private static String page(
            StringBuilder raw, StringBuilder smooth, double first, double last, double low, double high) {
        StringBuilder out = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\" fill=\"#5d6670\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n"
                        + "<text x=\"%d\" y=\"24\" font-size=\"14\" font-weight=\"bold\" fill=\"#22262b\">Loss</text>%n",
                WIDTH,
                HEIGHT,
                LEFT));
        for (int i = 0; i <= 4; i++) {
            double value = low * Math.pow(high / low, i / 4.0);
            double at = y(value, low, high);
            out.append(String.format(
                    Locale.ROOT,
                    "<path d=\"M%d %.1fH%d\" stroke=\"#e3e1db\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.3g</text>%n",
                    LEFT,
                    at,
                    RIGHT,
                    LEFT - 8,
                    at + 4,
                    value));
            out.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>%n",
                    LEFT + (RIGHT - LEFT) * i / 4.0,
                    BOTTOM + 18,
                    first + (last - first) * i / 4));
        }
        out.append(String.format("<path d=\"%s\" fill=\"none\" stroke=\"#b9cbe4\"/>%n", raw));
        out.append(String.format("<path d=\"%s\" fill=\"none\" stroke=\"#2f6db5\" stroke-width=\"2\"/>%n", smooth));
        return out.append("</svg>\n").toString();
    }
}

package dev.reflectionflow.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps values to [0, 1] along an axis.
 *
 * @param low at 0
 * @param high at 1, above {@code low}
 * @param doublings whether equal ratios are equally far apart
 * @param ticks values to name
 */
record Scale(double low, double high, boolean doublings, List<Double> ticks) {
    private static final int MOST_TICKS = 6;
    private static final int FEWEST_TICKS = 3;

    /** From {@code low} to {@code high} exactly. */
    static Scale linear(double low, double high, boolean whole) {
        double top = high > low ? high : low + 1;
        double step = step(top - low);
        step = whole ? Math.max(1, Math.rint(step)) : step;
        return new Scale(low, top, false, multiples(step, low, top));
    }

    /** A little beyond both, to round values. */
    static Scale rounded(double low, double high) {
        double spread = high > low ? high - low : Math.max(0.1, Math.abs(high) * 0.1);
        double step = step(spread);
        double from = Math.floor(low / step + 1e-9) * step;
        double to = Math.ceil(Math.max(high, low + spread / 2) / step - 1e-9) * step;
        return new Scale(from, to, false, multiples(step, from, to));
    }

    /** Equal ratios equally far apart; both ends above 0. */
    static Scale doublings(double low, double high, boolean whole) {
        List<Double> all = new ArrayList<>();
        if (whole) {
            for (double tick = low; tick <= high * 1.0001; tick *= 2) {
                all.add(tick);
            }
        } else {
            for (double ten = Math.pow(10, Math.floor(Math.log10(low))); ten <= high; ten *= 10) {
                for (int digit : new int[] {1, 2, 5}) {
                    all.add(digit * ten);
                }
            }
            all.removeIf(tick -> tick < low || tick > high);
            if (all.size() < FEWEST_TICKS) {
                all = multiples(step(high - low), low, high);
            }
        }
        int every = (all.size() + MOST_TICKS - 1) / MOST_TICKS;
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i < all.size(); i += Math.max(1, every)) {
            ticks.add(all.get(i));
        }
        return new Scale(low, high, true, ticks);
    }

    /** Where a value lies. */
    double at(double value) {
        return doublings ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    /** A tick's name, as short as it can be. */
    static String name(double tick) {
        String text = String.format(Locale.ROOT, Math.abs(tick) >= 1000 ? "%,.0f" : "%.3f", tick);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }

    private static double step(double spread) {
        double ten = Math.pow(10, Math.floor(Math.log10(spread / 4)));
        double digits = spread / 4 / ten;
        return (digits < 1.5 ? 1 : digits < 3.5 ? 2 : digits < 7.5 ? 5 : 10) * ten;
    }

    private static List<Double> multiples(double step, double low, double high) {
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }
}

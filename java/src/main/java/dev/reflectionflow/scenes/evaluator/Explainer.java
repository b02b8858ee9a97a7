package dev.reflectionflow.scenes.evaluator;

import dev.reflectionflow.scenes.SceneColor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Explains a picture object by object: where most of what is left unexplained lies together, a disc grows until it holds
 * one object, ideal shapes are fitted to it, and it is taken away.
 */
final class Explainer {
    /** Pixels farther than this from the background want an explanation. */
    private static final double CONTRAST = 48;

    /** Objects fainter than this are shadows. */
    private static final double FAINTEST = 58;

    /** The least area of an object, as a share of the picture. */
    private static final double SMALLEST = 0.0025;

    /** The overlap that makes an object a proper shape. */
    private static final double PROPER = 0.83;

    private static final int WINDOW = 4;
    private static final int MOST = 24;

    private final Photo photo;
    private final boolean[] open;

    Explainer(Photo photo) {
        this.photo = photo;
        open = new boolean[photo.width * photo.height];
        for (int p = 0; p < open.length; p++) {
            open[p] = photo.contrast(p) > CONTRAST;
        }
    }

    /** All objects, those that lie most together first. */
    List<Finding> explain() {
        List<Finding> findings = new ArrayList<>();
        for (int seed = seed(); seed >= 0 && findings.size() < MOST; seed = seed()) {
            finding(seed).ifPresent(findings::add);
        }
        return findings;
    }

    /** The pixel with the most open ones around it, or -1 where nowhere half of a window is open. */
    private int seed() {
        int wide = photo.width + 1;
        int[] sums = new int[wide * (photo.height + 1)];
        for (int p = 0; p < open.length; p++) {
            int at = (p / photo.width + 1) * wide + p % photo.width + 1;
            sums[at] = sums[at - 1] + sums[at - wide] - sums[at - wide - 1] + (open[p] ? 1 : 0);
        }
        int best = -1;
        int most = (2 * WINDOW + 1) * (2 * WINDOW + 1) / 3;
        for (int p = 0; p < open.length; p++) {
            int left = Math.max(0, p % photo.width - WINDOW);
            int right = Math.min(photo.width, p % photo.width + WINDOW + 1);
            int top = Math.max(0, p / photo.width - WINDOW) * wide;
            int bottom = Math.min(photo.height, p / photo.width + WINDOW + 1) * wide;
            int count = sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left];
            if (count > most && open[p]) {
                most = count;
                best = p;
            }
        }
        return best;
    }

    private Optional<Finding> finding(int seed) {
        double[] color = color(seed % photo.width, seed / photo.width, 2);
        double[] shares = shares(color);
        Disc disc = Disc.around(shares, photo.width, photo.height, seed);
        Spot spot = new Spot(shares, photo.width, photo.height, disc.x(), disc.y(), disc.radius());
        close(shares, disc, seed);
        double contrast = Math.sqrt(Arrays.stream(color).map(c -> c * c).sum());
        if (spot.area() < SMALLEST * open.length || contrast < FAINTEST) {
            return Optional.empty();
        }
        TemplateFit.Fit fit = new TemplateFit(spot).best();
        Optional<SceneColor> name = PaintNamer.name(photo.color(color));
        return Optional.of(new Finding(
                fit.overlap() >= PROPER ? Optional.of(fit.template().shape()) : Optional.empty(),
                name,
                spot.x() / photo.width,
                spot.y() / photo.height,
                Math.sqrt(spot.area() / Math.PI) / Math.max(photo.width, photo.height),
                fit.overlap()));
    }

    /** The mean difference from the background around a pixel. */
    private double[] color(int column, int row, int reach) {
        double[] sum = new double[3];
        int count = 0;
        for (int y = Math.max(0, row - reach); y <= Math.min(photo.height - 1, row + reach); y++) {
            for (int x = Math.max(0, column - reach); x <= Math.min(photo.width - 1, column + reach); x++) {
                count++;
                for (int c = 0; c < 3; c++) {
                    sum[c] += photo.difference[(y * photo.width + x) * 3 + c];
                }
            }
        }
        return new double[] {sum[0] / count, sum[1] / count, sum[2] / count};
    }

    private double[] shares(double[] color) {
        double[] shares = new double[open.length];
        for (int p = 0; p < shares.length; p++) {
            shares[p] = photo.share(p, color);
        }
        return shares;
    }

    /** Takes away what shows this object, its blurred rim included; the seed always, so that there is an end. */
    private void close(double[] shares, Disc disc, int seed) {
        open[seed] = false;
        for (int p = 0; p < open.length; p++) {
            double x = p % photo.width + 0.5 - disc.x();
            double y = (double) (p / photo.width) + 0.5 - disc.y();
            if (shares[p] >= 0 && Math.hypot(x, y) <= disc.radius() + 1) {
                open[p] = false;
            }
        }
    }
}

package dev.reflectionflow.scenes.evaluator;

import dev.reflectionflow.scenes.Shape;

/** Finds the ideal shape that covers an object best. */
final class TemplateFit {
    private static final int TURNS = 5;
    private static final double[] NOTCHES = {0.38, 0.46, 0.54};
    private static final double SMALLEST_STEP = 0.2;

    private final Spot spot;

    TemplateFit(Spot spot) {
        this.spot = spot;
    }

    /**
     * A template and how well it fits.
     *
     * @param overlap what both cover over what either covers, 0 to 1
     */
    record Fit(Template template, double overlap) {}

    /** The best fit of any shape. */
    Fit best() {
        Fit best = null;
        for (Shape shape : Shape.values()) {
            Fit fit = best(shape);
            best = best == null || fit.overlap() > best.overlap() ? fit : best;
        }
        return best;
    }

    /** Starts from the object's centre of mass and area at several angles, and improves on the best of these. */
    private Fit best(Shape shape) {
        double radius = Math.sqrt(spot.area() / Math.PI / Template.fill(shape));
        Fit best = null;
        for (int i = 0; i < (shape == Shape.CIRCLE ? 1 : TURNS); i++) {
            Template upright = new Template(shape, spot.x(), spot.y(), radius, 0, 0.42);
            Fit fit = fit(turned(upright, i * upright.period() / TURNS));
            best = best == null || fit.overlap() > best.overlap() ? fit : best;
        }
        best = improve(best);
        if (shape == Shape.STAR) {
            for (double notch : NOTCHES) {
                Template t = best.template();
                Fit fit = improve(fit(new Template(shape, t.x(), t.y(), t.radius(), t.turn(), notch)));
                best = fit.overlap() > best.overlap() ? fit : best;
            }
        }
        return best;
    }

    /** Moves, grows and turns the template by ever smaller steps while that helps. */
    private Fit improve(Fit start) {
        Fit best = start;
        for (double step = 1.6; step > SMALLEST_STEP; step /= 2) {
            Fit before;
            do {
                before = best;
                for (int way = 0; way < 8; way++) {
                    Fit fit = fit(neighbour(best.template(), way, step));
                    best = fit.overlap() > best.overlap() ? fit : best;
                }
            } while (best.overlap() > before.overlap() + 1e-3);
        }
        return best;
    }

    private static Template neighbour(Template t, int way, double step) {
        double by = way % 2 == 0 ? step : -step;
        return switch (way / 2) {
            case 0 -> new Template(t.shape(), t.x() + by, t.y(), t.radius(), t.turn(), t.notch());
            case 1 -> new Template(t.shape(), t.x(), t.y() + by, t.radius(), t.turn(), t.notch());
            case 2 -> new Template(t.shape(), t.x(), t.y(), Math.max(1, t.radius() + by), t.turn(), t.notch());
            default -> turned(t, by / t.radius());
        };
    }

    private static Template turned(Template t, double by) {
        return new Template(t.shape(), t.x(), t.y(), t.radius(), t.turn() + by, t.notch());
    }

    private Fit fit(Template template) {
        double both = 0;
        double either = 0;
        for (int i = 0; i < spot.pixels(); i++) {
            double cover = template.cover(spot.column(i), spot.row(i));
            both += Math.min(cover, spot.share(i));
            either += Math.max(cover, spot.share(i));
        }
        return new Fit(template, either == 0 ? 0 : both / either);
    }
}

package dev.reflectionflow.scenes.evaluator;

/**
 * A circle around one object, in pixels.
 *
 * @param x of its centre
 * @param y of its centre, from the top
 */
record Disc(double x, double y, double radius) {
    private static final double FIRST = 5;
    /** A ring that shows less of the object than this lies around it. */
    private static final double EMPTY = 0.015;
    /** Of neighbours the ring shows more as it grows: the least before that is taken where it is at most this. */
    private static final double ALMOST_EMPTY = 0.2;

    private static final double RISE = 0.02;

    /**
     * Grows a disc around a pixel until the object ends, following the object's centre of mass.
     *
     * @param shares of the object, for each pixel; what is negative or below a half does not count
     */
    static Disc around(double[] shares, int width, int height, int seed) {
        Disc disc = new Disc(seed % width + 0.5, (double) (seed / width) + 0.5, FIRST);
        Disc least = disc;
        double lowest = 1;
        while (disc.radius < Math.max(width, height)) {
            disc = disc.centered(shares, width, height);
            double ring = disc.ring(shares, width, height);
            if (ring < lowest) {
                lowest = ring;
                least = disc;
            }
            if (ring < EMPTY || (lowest < ALMOST_EMPTY && ring > lowest + RISE)) {
                break;
            }
            disc = new Disc(disc.x, disc.y, disc.radius + 1);
        }
        return new Disc(least.x, least.y, least.radius + 1);
    }

    private Disc centered(double[] shares, int width, int height) {
        double mass = 0;
        double sumX = 0;
        double sumY = 0;
        for (int row = Math.max(0, (int) (y - radius)); row < Math.min(height, y + radius + 1); row++) {
            for (int column = Math.max(0, (int) (x - radius)); column < Math.min(width, x + radius + 1); column++) {
                double dx = column + 0.5 - x;
                double dy = row + 0.5 - y;
                if (shares[row * width + column] > 0.5 && dx * dx + dy * dy <= radius * radius) {
                    mass++;
                    sumX += dx;
                    sumY += dy;
                }
            }
        }
        return mass == 0 ? this : new Disc(x + sumX / mass, y + sumY / mass, radius);
    }

    /** The share of the ring one pixel outside that shows the object. */
    private double ring(double[] shares, int width, int height) {
        int points = (int) Math.ceil(2 * Math.PI * (radius + 1));
        int shown = 0;
        for (int i = 0; i < points; i++) {
            double angle = 2 * Math.PI * i / points;
            int column = (int) Math.floor(x + (radius + 1) * Math.cos(angle));
            int row = (int) Math.floor(y + (radius + 1) * Math.sin(angle));
            boolean within = column >= 0 && row >= 0 && column < width && row < height;
            shown += within && shares[row * width + column] > 0.5 ? 1 : 0;
        }
        return (double) shown / points;
    }
}

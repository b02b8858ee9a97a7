package dev.reflectionflow.scenes.evaluator;

/** The surroundings of one object: a disc that holds it, and how much of the object each pixel in it shows. */
final class Spot {
    /** Shares below and above a half are pushed apart, so that blur does not count against a shape. */
    private static final double SHARPEN = 3;

    private final int[] columns;
    private final int[] rows;
    private final double[] shares;
    private final int count;
    private double area;
    private double x;
    private double y;

    /**
     * Looks at a disc.
     *
     * @param shares of the object, for each pixel of the picture
     */
    Spot(double[] shares, int width, int height, double centerX, double centerY, double radius) {
        int reach = (int) Math.ceil(radius) + 1;
        int most = (2 * reach + 1) * (2 * reach + 1);
        columns = new int[most];
        rows = new int[most];
        this.shares = new double[most];
        int found = 0;
        for (int row = Math.max(0, (int) centerY - reach); row < Math.min(height, (int) centerY + reach); row++) {
            for (int column = Math.max(0, (int) centerX - reach);
                    column < Math.min(width, (int) centerX + reach);
                    column++) {
                if (Math.hypot(column + 0.5 - centerX, row + 0.5 - centerY) <= radius) {
                    double share = 0.5 + SHARPEN * (shares[row * width + column] - 0.5);
                    columns[found] = column;
                    rows[found] = row;
                    this.shares[found] = Math.max(0, Math.min(1, share));
                    area += this.shares[found];
                    x += this.shares[found] * (column + 0.5);
                    y += this.shares[found] * (row + 0.5);
                    found++;
                }
            }
        }
        count = found;
        x = area == 0 ? centerX : x / area;
        y = area == 0 ? centerY : y / area;
    }

    int pixels() {
        return count;
    }

    int column(int i) {
        return columns[i];
    }

    int row(int i) {
        return rows[i];
    }

    double share(int i) {
        return shares[i];
    }

    /** Of the object, in pixels. */
    double area() {
        return area;
    }

    /** Of its centre of mass. */
    double x() {
        return x;
    }

    double y() {
        return y;
    }
}

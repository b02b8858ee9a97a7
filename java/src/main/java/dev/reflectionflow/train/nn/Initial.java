package dev.reflectionflow.train.nn;

/**
 * How a parameter that lies in no file begins: normally distributed.
 *
 * @param mean the middle
 * @param deviation the standard deviation, 0 for a constant
 */
record Initial(double mean, double deviation) {
    static final Initial ZERO = new Initial(0, 0);
    static final Initial ONE = new Initial(1, 0);

    static Initial normal(double deviation) {
        return new Initial(0, deviation);
    }

    /** Keeps the variance of what passes a layer that sums over {@code inputs}. */
    static Initial scaled(long inputs) {
        return normal(1 / Math.sqrt(inputs));
    }
}

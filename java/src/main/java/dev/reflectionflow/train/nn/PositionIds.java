package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;

/** Positions of tokens: (0, row, column), one row of three for each token. */
public final class PositionIds {
    private PositionIds() {}

    /** Positions of an image's tokens, row by row (rows * columns, 3). */
    public static Tensor grid(int rows, int columns) {
        return grid(rows, columns, 0);
    }

    /**
     * Positions of a condition's tokens.
     *
     * @param columnShift added to every column, for a corrector the negative of the number of columns
     */
    public static Tensor grid(int rows, int columns, int columnShift) {
        float[] ids = new float[rows * columns * 3];
        for (int token = 0; token < rows * columns; token++) {
            ids[3 * token + 1] = Math.floorDiv(token, columns);
            ids[3 * token + 2] = token % columns + columnShift;
        }
        return Tensors.ofFloats(ids, rows * columns, 3);
    }
}

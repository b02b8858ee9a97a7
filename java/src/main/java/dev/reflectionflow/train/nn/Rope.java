package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.TransformerConfig;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Rotary positions: each pair of neighbours in a head turns by an angle of its token's place on one axis. */
final class Rope {
    private static final double THETA = 10000;

    private Rope() {}

    /**
     * The turns of some tokens.
     *
     * @param ids positions (S, 3)
     * @param type whose complex numbers the table has; the angles are formed in float64
     * @return complex numbers (S, 1, D / 2)
     */
    static Tensor turns(TransformerConfig config, Tensor ids, ScalarType type) {
        Tensor[] axes = new Tensor[config.ropeAxes().size()];
        for (int axis = 0; axis < axes.length; axis++) {
            int size = config.ropeAxes().get(axis);
            double[] frequencies = new double[size / 2];
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] = 1 / Math.pow(THETA, 2.0 * i / size);
            }
            Tensor places = ids.select(1, axis).to(ScalarType.Double);
            axes[axis] = torch.outer(places, Tensors.ofDoubles(frequencies, frequencies.length));
        }
        Tensor angles = Tensors.concat(1, axes);
        ScalarType complex = type == ScalarType.Double ? ScalarType.ComplexDouble : ScalarType.ComplexFloat;
        return torch.polar(torch.ones_like(angles), angles).to(complex).unsqueeze(1);
    }

    /** Turns x (B, S, H, D) in the type of the tables. */
    static Tensor apply(Tensor x, Tensor turns) {
        Tensor pairs = torch.view_as_complex(x.unflatten(-1, -1, 2));
        return torch.view_as_real(pairs.mul(turns)).flatten(-2, -1);
    }
}

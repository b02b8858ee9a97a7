package dev.reflectionflow.weights;

/**
 * A low-rank change of one linear layer: W + strength * scale * B A.
 *
 * @param module our name of the layer without {@code .weight}, such as {@code transformer.double.0.image.q}
 * @param a down matrix, [rank, in]; layers that were fused in the file share it
 * @param b up matrix, [out, rank]
 * @param scale alpha / rank, 1 where the file gives no alpha
 */
public record LoraView(String module, WeightView a, WeightView b, double scale) {
    /** The rank of the change. */
    public int rank() {
        return (int) a.shape()[0];
    }
}

package dev.reflectionflow.engine;

import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.TensorData;
import java.nio.ByteBuffer;

/**
 * A copy of a tensor that a run worked with.
 *
 * @param name such as {@code step.0.velocity}
 * @param dtype its element type
 * @param shape its sizes; not to be modified
 * @param data little-endian elements, row by row
 */
public record RecordedTensor(String name, DType dtype, long[] shape, ByteBuffer data) {
    /** The values as floats. */
    public float[] toFloats() {
        float[] values = new float[data.remaining() / dtype.bytes()];
        for (int i = 0; i < values.length; i++) {
            values[i] = dtype.toFloat(data, i);
        }
        return values;
    }

    /** The tensor as a safetensors file takes it. */
    public TensorData toTensorData() {
        return new TensorData(name, dtype, shape, data.duplicate());
    }
}

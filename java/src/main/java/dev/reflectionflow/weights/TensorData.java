package dev.reflectionflow.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A named tensor to write.
 *
 * @param name its name in the file
 * @param dtype element type
 * @param shape sizes of the dimensions; not to be modified
 * @param data little-endian elements, from the buffer's position to its limit
 */
public record TensorData(String name, DType dtype, long[] shape, ByteBuffer data) {
    public TensorData {
        long bytes = new WeightView(name, null, 0, dtype, shape).byteLength();
        if (data.remaining() != bytes) {
            throw new IllegalArgumentException(name + " needs " + bytes + " bytes, not " + data.remaining());
        }
        data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A float32 tensor. */
    public static TensorData ofFloats(String name, float[] values, long... shape) {
        ByteBuffer data =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new TensorData(name, DType.F32, shape, data);
    }
}

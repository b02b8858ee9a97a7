package dev.reflectionflow.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Where a tensor lies in a file: contiguous, row-major, little-endian. Offsets are not always a multiple of the element
 * size, because the format does not demand it.
 *
 * @param name the tensor's name: as the file spells it, or ours after {@link CheckpointNames}
 * @param file the safetensors file; null for a weight that is to be drawn, see {@link RandomModel}
 * @param offset bytes from the start of the file to the first element
 * @param dtype element type
 * @param shape sizes of the dimensions, empty for a scalar; not to be modified
 */
public record WeightView(String name, Path file, long offset, DType dtype, long[] shape) {
    /** Number of elements. */
    public long elements() {
        long product = 1;
        for (long size : shape) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    /** Size of the data in bytes. */
    public long byteLength() {
        return Math.multiplyExact(elements(), dtype.bytes());
    }

    /** The same data under another name. */
    public WeightView named(String newName) {
        return new WeightView(newName, file, offset, dtype, shape);
    }

    /** The same data with another shape of as many elements. */
    public WeightView reshaped(long... newShape) {
        WeightView view = new WeightView(name, file, offset, dtype, newShape);
        if (view.elements() != elements()) {
            throw InvalidFile.of(
                    file, name + " has shape " + Arrays.toString(shape) + ", not " + Arrays.toString(newShape));
        }
        return view;
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive) of the first dimension, under a name of their own. */
    public WeightView rows(String newName, long from, long to) {
        long[] rowsShape = shape.clone();
        rowsShape[0] = to - from;
        long rowBytes = shape[0] == 0 ? 0 : byteLength() / shape[0];
        return new WeightView(newName, file, offset + from * rowBytes, dtype, rowsShape);
    }

    /** The shape as a message shows it, such as {@code [64, 256]}. */
    public String shapeText() {
        return Arrays.toString(shape);
    }

    /**
     * Reads the data into memory; for small tensors and tests, the engine maps files itself.
     *
     * @return little-endian, position 0
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} when the file cannot be read or the tensor is
     *     larger than 2 GB
     */
    public ByteBuffer read() {
        if (byteLength() > Integer.MAX_VALUE - 8) {
            throw InvalidFile.of(file, name + " is larger than 2 GB and is not read at once");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) byteLength()).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    throw new EOFException("the file became shorter");
                }
            }
        } catch (IOException e) {
            throw InvalidFile.of(file, e);
        }
        return buffer.flip();
    }

    /** {@link #read} with every element as a float. */
    public float[] readFloats() {
        ByteBuffer buffer = read();
        float[] values = new float[(int) elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = dtype.toFloat(buffer, i);
        }
        return values;
    }
}

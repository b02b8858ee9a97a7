package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Between Java's arrays and tensors, and how long a tensor lives. */
public final class Tensors {
    private Tensors() {}

    /** A float32 tensor with a copy of {@code values}. */
    public static Tensor ofFloats(float[] values, long... shape) {
        Tensor tensor = torch.empty(shape, options(ScalarType.Float), null);
        new FloatPointer(tensor.data_ptr()).put(values, 0, values.length);
        return tensor;
    }

    /** An int64 tensor with a copy of {@code values}. */
    public static Tensor ofLongs(long[] values, long... shape) {
        Tensor tensor = torch.empty(shape, options(ScalarType.Long), null);
        new LongPointer(tensor.data_ptr()).put(values, 0, values.length);
        return tensor;
    }

    /** A float64 tensor with a copy of {@code values}. */
    public static Tensor ofDoubles(double[] values, long... shape) {
        Tensor tensor = torch.empty(shape, options(ScalarType.Double), null);
        new DoublePointer(tensor.data_ptr()).put(values, 0, values.length);
        return tensor;
    }

    /** A tensor with a copy of {@code bytes}: little-endian elements of {@code type}. */
    public static Tensor ofBytes(ByteBuffer bytes, ScalarType type, long... shape) {
        Tensor tensor = torch.empty(shape, options(type), null);
        byte[] array = new byte[bytes.remaining()];
        bytes.duplicate().get(array);
        new BytePointer(tensor.data_ptr()).put(array, 0, array.length);
        return tensor;
    }

    /** A tensor as a file holds it, converted to F32, BF16, F64 or I64. */
    public static TensorData data(String name, Tensor tensor, DType stored) {
        ScalarType type = switch (stored) {
            case F64 -> ScalarType.Double;
            case F32 -> ScalarType.Float;
            case BF16 -> ScalarType.BFloat16;
            case I64 -> ScalarType.Long;
            default -> throw new IllegalArgumentException("tensors are not written as " + stored);
        };
        try (PointerScope scope = new PointerScope()) {
            return new TensorData(
                    name, stored, shape(tensor), toBytes(tensor.detach().to(type)));
        }
    }

    /** The elements as float32, row by row. */
    public static float[] toFloats(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor plain = tensor.detach().to(ScalarType.Float).contiguous();
            float[] values = new float[Math.toIntExact(plain.numel())];
            new FloatPointer(plain.data_ptr()).get(values);
            return values;
        }
    }

    /** The bytes of a contiguous copy of the elements, little-endian, in Java's memory. */
    public static ByteBuffer toBytes(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor plain = tensor.detach().contiguous();
            byte[] bytes = new byte[Math.toIntExact(plain.numel() * plain.element_size())];
            new BytePointer(plain.data_ptr()).get(bytes);
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** The sizes of the dimensions. */
    public static long[] shape(Tensor tensor) {
        long[] shape = new long[(int) tensor.dim()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = tensor.size(i);
        }
        return shape;
    }

    /** Keeps a tensor beyond the scopes it was made in, until {@link #release}. */
    public static Tensor keep(Tensor tensor) {
        tensor.retainReference();
        return tensor;
    }

    /** Ends what {@link #keep} began. */
    public static void release(Tensor tensor) {
        tensor.releaseReference();
    }

    /** What {@code work} gives; all else that it made is freed at once, unless gradients need it. */
    public static Tensor scoped(Supplier<Tensor> work) {
        Tensor result;
        try (PointerScope scope = new PointerScope()) {
            result = keep(work.get());
        }
        return handOver(result);
    }

    /** {@link #scoped}, without gradients. */
    public static Tensor withoutGradients(Supplier<Tensor> work) {
        Tensor result;
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            result = keep(work.get());
        }
        return handOver(result);
    }

    /** Gives a kept tensor to the scope around, if there is one. */
    static Tensor handOver(Tensor kept) {
        PointerScope around = PointerScope.getInnerScope();
        if (around != null) {
            around.attach(kept);
            kept.releaseReference();
        }
        return kept;
    }

    static TensorOptions options(ScalarType type) {
        return new TensorOptions(type);
    }

    static Scalar scalar(double value) {
        return new Scalar(value);
    }

    static Tensor concat(long dimension, Tensor... parts) {
        return parts.length == 1 ? parts[0] : torch.cat(new TensorVector(parts), dimension);
    }
}

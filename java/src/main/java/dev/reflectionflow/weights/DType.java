package dev.reflectionflow.weights;

import java.nio.ByteBuffer;

/** Element types that a safetensors file may hold, under the names that its header uses. */
public enum DType {
    BOOL(1),
    U8(1),
    I8(1),
    F8_E5M2(1),
    F8_E4M3(1),
    I16(2),
    U16(2),
    F16(2),
    BF16(2),
    I32(4),
    U32(4),
    F32(4),
    I64(8),
    U64(8),
    F64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes per element. */
    public int bytes() {
        return bytes;
    }

    /** Whether the engine computes with weights of this type (F32, BF16 or F16). */
    public boolean isWeight() {
        return this == F32 || this == BF16 || this == F16;
    }

    /**
     * The element at {@code index} as a float, rounded where the type is wider.
     *
     * @param data little-endian elements from position 0
     * @throws IllegalStateException for the 8-bit float types, which nothing here computes with
     */
    public float toFloat(ByteBuffer data, int index) {
        return switch (this) {
            case F32 -> data.getFloat(index * 4);
            case BF16 -> Float.intBitsToFloat(data.getShort(index * 2) << 16);
            case F16 -> halfToFloat(data.getShort(index * 2));
            case F64 -> (float) data.getDouble(index * 8);
            case I64, U64 -> data.getLong(index * 8);
            case I32 -> data.getInt(index * 4);
            case U32 -> Integer.toUnsignedLong(data.getInt(index * 4));
            case I16 -> data.getShort(index * 2);
            case U16 -> Short.toUnsignedInt(data.getShort(index * 2));
            case I8 -> data.get(index);
            case U8, BOOL -> Byte.toUnsignedInt(data.get(index));
            case F8_E5M2, F8_E4M3 -> throw new IllegalStateException(this + " is not converted");
        };
    }

    private static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >> 10) & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 31) {
            return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
        }
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
    }
}

package dev.reflectionflow.engine;

import dev.reflectionflow.weights.DType;

/** The element type that the networks compute in; sums are float32 in both. */
public enum ComputeType {
    FLOAT32("float32", DType.F32),
    BFLOAT16("bfloat16", DType.BF16);

    private final String nativeName;
    private final DType stored;

    ComputeType(String nativeName, DType stored) {
        this.nativeName = nativeName;
        this.stored = stored;
    }

    String nativeName() {
        return nativeName;
    }

    /** How safetensors files call the type. */
    public DType stored() {
        return stored;
    }

    /** bfloat16 where weights are stored in half precision of either kind, float32 where they are not. */
    static ComputeType natural(DType weights) {
        return weights == DType.F32 ? FLOAT32 : BFLOAT16;
    }
}

package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** In which type matrix products are computed; the parameters keep their own. */
public enum Compute {
    /** In the type of parameters and inputs: float32, or float64 for checks. */
    AS_STORED,

    /** Operands rounded to bfloat16, sums in float32; the activations between products are bfloat16 too. */
    BFLOAT16;

    /** The operand of a product. */
    Tensor operand(Tensor tensor) {
        return this == BFLOAT16 ? tensor.to(ScalarType.BFloat16) : tensor;
    }
}

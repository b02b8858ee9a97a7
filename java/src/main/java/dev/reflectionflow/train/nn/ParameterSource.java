package dev.reflectionflow.train.nn;

import org.bytedeco.pytorch.Tensor;

/** Where the values of parameters come from. */
interface ParameterSource {
    /** Whether it says by itself that there is a parameter of this name. */
    boolean has(String name);

    /** A parameter, kept for the caller to release. */
    Tensor make(String name, Initial initial, long[] shape);

    /** What messages call it. */
    String described();
}

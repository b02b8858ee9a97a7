package dev.reflectionflow.train.nn;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Parameters to begin training with: each depends on the seed, its name and its shape alone. */
record DrawnParameters(long seed, ScalarType type) implements ParameterSource {
    @Override
    public boolean has(String name) {
        return false;
    }

    @Override
    public Tensor make(String name, Initial initial, long[] shape) {
        try (PointerScope scope = new PointerScope()) {
            long mixed = seed * 0x9E3779B97F4A7C15L + name.hashCode() * 0xC2B2AE3D27D4EB4FL;
            Tensor drawn = initial.deviation() == 0
                    ? torch.full(shape, Tensors.scalar(initial.mean()), Tensors.options(ScalarType.Float))
                    : torch.empty(shape, Tensors.options(ScalarType.Float), null)
                            .normal_(
                                    initial.mean(),
                                    initial.deviation(),
                                    new GeneratorOptional(torch.make_generator_cpu(mixed >>> 1)));
            return Tensors.keep(drawn.to(type));
        }
    }

    @Override
    public String described() {
        return "random weights";
    }
}

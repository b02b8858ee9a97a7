package dev.reflectionflow.train.nn;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.weights.ComponentFiles;
import dev.reflectionflow.weights.WeightView;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Parameters of files.
 *
 * @param prefix of the stored names that ours lack
 * @param type what they are converted to
 */
record StoredParameters(ComponentFiles files, String prefix, ScalarType type) implements ParameterSource {
    @Override
    public boolean has(String name) {
        return files.tensors().containsKey(prefix + name);
    }

    @Override
    public Tensor make(String name, Initial initial, long[] shape) {
        WeightView view = files.tensors().get(prefix + name);
        if (view == null) {
            throw new EngineException(ErrorCode.INVALID_FILE, files.source() + ": no tensor " + prefix + name);
        }
        try (PointerScope scope = new PointerScope()) {
            return Tensors.keep(
                    Tensors.ofBytes(view.read(), scalarType(view), view.shape()).to(type));
        }
    }

    private static ScalarType scalarType(WeightView view) {
        return switch (view.dtype()) {
            case F64 -> ScalarType.Double;
            case F32 -> ScalarType.Float;
            case BF16 -> ScalarType.BFloat16;
            case F16 -> ScalarType.Half;
            default ->
                throw new EngineException(
                        ErrorCode.INVALID_FILE,
                        view.file() + ": " + view.name() + " is " + view.dtype() + ", not a weight");
        };
    }

    @Override
    public String described() {
        return files.source().toString();
    }
}

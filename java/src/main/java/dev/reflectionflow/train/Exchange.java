package dev.reflectionflow.train;

import dev.reflectionflow.train.nn.NoGradients;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Puts other values into weights until it is closed. */
final class Exchange implements AutoCloseable {
    private final PointerScope scope = new PointerScope();
    private final Map<String, Tensor> weights;
    private final Map<String, Tensor> own = new LinkedHashMap<>();

    Exchange(Map<String, Tensor> weights, Map<String, Tensor> others) {
        this.weights = weights;
        weights.forEach((name, tensor) -> own.put(name, tensor.detach().clone()));
        assign(others);
    }

    private void assign(Map<String, Tensor> values) {
        try (NoGradients guard = new NoGradients()) {
            weights.forEach((name, tensor) -> tensor.copy_(values.get(name)));
        }
    }

    @Override
    public void close() {
        assign(own);
        scope.close();
    }
}

package dev.reflectionflow.train.optim;

import dev.reflectionflow.train.nn.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Tensors of a parameter's shape, one for each parameter, that outlive the step in which they were made. */
final class Slots {
    private Slots() {}

    static Map<String, Tensor> zeros(Map<String, Tensor> parameters) {
        return of(parameters, torch::zeros_like);
    }

    static Map<String, Tensor> copies(Map<String, Tensor> parameters) {
        return of(parameters, Tensor::clone);
    }

    private static Map<String, Tensor> of(Map<String, Tensor> parameters, UnaryOperator<Tensor> made) {
        Map<String, Tensor> slots = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> {
            try (PointerScope scope = new PointerScope()) {
                slots.put(name, Tensors.keep(made.apply(parameter.detach())));
            }
        });
        return slots;
    }

    /** Puts a slot's tensors among others, each under {@code prefix.parameter}. */
    static void addTo(Map<String, Tensor> all, String prefix, Map<String, Tensor> slots) {
        slots.forEach((name, tensor) -> all.put(prefix + "." + name, tensor));
    }
}

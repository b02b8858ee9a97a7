package dev.reflectionflow.engine.plan;

import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.WeightView;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Bytes of a model's weights on a device, in the computing type: what the files hold is converted when it is loaded.
 *
 * @param clip the first text encoder
 * @param t5 the second one
 * @param blocks the transformer without {@code modulation}
 * @param modulation what makes the modulation vectors: used when a prompt is prepared, by no step
 * @param autoencoder both halves
 */
public record WeightBytes(long clip, long t5, long blocks, long modulation, long autoencoder) {
    static WeightBytes of(ModelWeights model, PlanRequest request) {
        Map<String, WeightView> views = model.views();
        long saved = request.fp8() ? elements(views, WeightBytes::isProduct) * (request.bytes() - 1) : 0;
        long modulation = bytes(views, request, WeightBytes::isModulation);
        return new WeightBytes(
                bytes(views, request, name -> name.startsWith("clip.")),
                bytes(views, request, name -> name.startsWith("t5.")),
                bytes(views, request, name -> name.startsWith("transformer.")) - modulation - saved,
                modulation,
                bytes(views, request, name -> name.startsWith("vae.")));
    }

    long text() {
        return clip + t5;
    }

    long transformer() {
        return blocks + modulation;
    }

    /** Of all networks together. */
    public long all() {
        return text() + transformer() + autoencoder;
    }

    private static boolean isModulation(String name) {
        return name.contains(".modulation.")
                || name.startsWith("transformer.final.shift")
                || name.startsWith("transformer.final.scale");
    }

    /** Matrices of the blocks' products, which are 8-bit in that mode; embedders and the last product stay. */
    private static boolean isProduct(String name) {
        boolean inBlock = name.startsWith("transformer.double.") || name.startsWith("transformer.single.");
        return inBlock && name.endsWith(".weight") && !name.contains("_norm.") && !isModulation(name);
    }

    private static long bytes(Map<String, WeightView> views, PlanRequest request, Predicate<String> which) {
        return elements(views, which) * request.bytes();
    }

    private static long elements(Map<String, WeightView> views, Predicate<String> which) {
        return views.entrySet().stream()
                .filter(entry -> which.test(entry.getKey()))
                .mapToLong(entry -> entry.getValue().elements())
                .sum();
    }
}

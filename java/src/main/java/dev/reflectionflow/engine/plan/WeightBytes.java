package dev.reflectionflow.engine.plan;

import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.WeightView;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes of a model's weights on a device, in the computing type: what the files hold is converted when it is loaded.
 *
 * @param clip the first text encoder
 * @param t5 the second one
 * @param t5Block the largest of the second one's blocks
 * @param blocks the transformer without {@code modulation}
 * @param modulation what makes the modulation vectors: used when a prompt is prepared, by no step
 * @param modulationLayer the largest layer of it
 * @param autoencoder both halves
 */
public record WeightBytes(
        long clip, long t5, long t5Block, long blocks, long modulation, long modulationLayer, long autoencoder) {
    private static final Pattern T5_BLOCK = Pattern.compile("t5\\.blocks\\.\\d+\\.");
    private static final Pattern LAYER = Pattern.compile(".*\\.(?=weight|bias)");

    static WeightBytes of(ModelWeights model, PlanRequest request) {
        Map<String, WeightView> views = model.views();
        long saved =
                request.products().inEightBits() ? elements(views, WeightBytes::isProduct) * (request.bytes() - 1) : 0;
        long modulation = bytes(views, request, WeightBytes::isModulation);
        return new WeightBytes(
                bytes(views, request, name -> name.startsWith("clip.")),
                bytes(views, request, name -> name.startsWith("t5.")),
                largest(views, request, T5_BLOCK, name -> true),
                bytes(views, request, name -> name.startsWith("transformer.")) - modulation - saved,
                modulation,
                largest(views, request, LAYER, WeightBytes::isModulation),
                bytes(views, request, name -> name.startsWith("vae.")));
    }

    long text() {
        return clip + t5;
    }

    /** Of the text encoders that come for a prompt: one after the other, the second block by block. */
    long textAtOnce() {
        return Math.max(clip, t5Block);
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

    /** Bytes of the largest group of weights whose names begin with the same match. */
    private static long largest(
            Map<String, WeightView> views, PlanRequest request, Pattern group, Predicate<String> which) {
        Map<String, Long> sums = new HashMap<>();
        views.forEach((name, view) -> {
            Matcher found = group.matcher(name);
            if (which.test(name) && found.lookingAt()) {
                sums.merge(found.group(), view.elements() * request.bytes(), Long::sum);
            }
        });
        return sums.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private static long elements(Map<String, WeightView> views, Predicate<String> which) {
        return views.entrySet().stream()
                .filter(entry -> which.test(entry.getKey()))
                .mapToLong(entry -> entry.getValue().elements())
                .sum();
    }
}

package dev.reflectionflow.engine.plan;

import dev.reflectionflow.weights.LoraFile;
import dev.reflectionflow.weights.LoraView;
import dev.reflectionflow.weights.TransformerConfig;
import java.util.List;

/**
 * What a run has beside the model.
 *
 * @param loras kept beside the weights that they change, in the computing type; a corrector is one
 * @param cached whether steps may be skipped
 */
public record PlanAdditions(List<LoraFile> loras, boolean cached) {
    /** The model alone. */
    public static final PlanAdditions NONE = new PlanAdditions(List.of(), false);

    /** Start, addition, reference and rest of the native cache, and what comparing two of them makes anew. */
    private static final long CACHE_BUFFERS = 4 + 1;

    public PlanAdditions {
        loras = List.copyOf(loras);
    }

    /** Bytes of the LoRAs' matrices. */
    long weights(PlanRequest request) {
        return views().stream()
                .mapToLong(view -> (view.a().elements() + view.b().elements()) * request.bytes())
                .sum();
    }

    /** Bytes that every step writes to. */
    long workspace(TransformerConfig flux, PlanRequest request) {
        return narrowRows(request) + (cached ? CACHE_BUFFERS * imageRows(flux, request) : 0);
    }

    /** Between a LoRA's two matrices, for each rank: rows of text, image and condition by themselves, and all together. */
    private long narrowRows(PlanRequest request) {
        long ranks = views().stream().mapToLong(LoraView::rank).distinct().sum();
        return 2 * request.rows() * ranks * request.bytes();
    }

    private static long imageRows(TransformerConfig flux, PlanRequest request) {
        return request.batch() * request.imageTokens() * flux.width() * request.bytes();
    }

    private List<LoraView> views() {
        return loras.stream().flatMap(lora -> lora.views().stream()).toList();
    }
}

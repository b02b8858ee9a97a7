package dev.reflectionflow.engine;

import dev.reflectionflow.GenerationRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests that the network can draw together.
 *
 * @param indices where they stood among the requests of the call
 * @param requests resolved, of one {@link Kind}
 */
record Batch(List<Integer> indices, List<GenerationRequest> requests) {
    /** What must be equal within a batch: shapes, and the settings that hold for a whole run. */
    private record Kind(int width, int height, int steps, int tokens, ConditionKind condition) {
        static Kind of(GenerationRequest request) {
            return new Kind(
                    request.width(),
                    request.height(),
                    request.steps(),
                    request.maxSequenceLength(),
                    request.condition() == null ? null : ConditionKind.of(request.condition()));
        }
    }

    private record ConditionKind(
            int width,
            int height,
            double scale,
            boolean union,
            boolean add,
            boolean latentLora,
            double timestep,
            double imageGuidance) {
        static ConditionKind of(GenerationRequest.Condition condition) {
            return new ConditionKind(
                    condition.image().width(),
                    condition.image().height(),
                    condition.scale(),
                    condition.unionAttention(),
                    condition.addAttention(),
                    condition.latentLora(),
                    condition.timestep(),
                    condition.imageGuidance());
        }
    }

    /** Batches of at most {@code size} requests, fewer of huge ones, that keep the order within each kind. */
    static List<Batch> of(List<GenerationRequest> requests, int size) {
        Map<Kind, Batch> open = new LinkedHashMap<>();
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            Kind kind = Kind.of(requests.get(i));
            Batch batch = open.get(kind);
            if (batch == null || batch.requests.size() == size || !hasRoom(batch)) {
                batch = new Batch(new ArrayList<>(), new ArrayList<>());
                open.put(kind, batch);
                batches.add(batch);
            }
            batch.indices.add(i);
            batch.requests.add(requests.get(i));
        }
        return batches;
    }

    /** Whether the pixels of one image more fit into one buffer, whose size is an int. */
    private static boolean hasRoom(Batch batch) {
        long bytes = 3L * batch.first().width() * batch.first().height();
        return bytes * (batch.size() + 1) <= Integer.MAX_VALUE;
    }

    GenerationRequest first() {
        return requests.get(0);
    }

    int size() {
        return requests.size();
    }
}

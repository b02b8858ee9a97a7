package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.GenerationRequest.Condition;
import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static GenerationRequest request(UnaryOperator<GenerationRequest.Builder> change) {
        return change.apply(GenerationRequest.builder("a star")
                        .size(64, 32)
                        .steps(4)
                        .guidance(3.5)
                        .seed(1L)
                        .maxSequenceLength(32))
                .build();
    }

    private static Condition condition(int width, int height) {
        return Condition.of(new RgbImage(width, height, ByteBuffer.allocate(width * height * 3)));
    }

    private static List<List<Integer>> indices(int size, GenerationRequest... requests) {
        return Batch.of(List.of(requests), size).stream().map(Batch::indices).toList();
    }

    @Test
    void requestsThatDifferInWhatASampleCarriesShareABatch() {
        GenerationRequest[] requests = {
            request(r -> r),
            request(r -> r.prompt("two cups")),
            request(r -> r.prompt2("three cups")),
            request(r -> r.seed(2L)),
            request(r -> r.guidance(1.0))
        };
        assertThat(indices(8, requests)).containsExactly(List.of(0, 1, 2, 3, 4));
    }

    @Test
    void requestsThatDifferInWhatABatchSharesDoNot() {
        Condition plain = condition(32, 32);
        List<GenerationRequest> requests = new ArrayList<>(List.of(
                request(r -> r),
                request(r -> r.width(32)),
                request(r -> r.height(64)),
                request(r -> r.steps(5)),
                request(r -> r.maxSequenceLength(16)),
                request(r -> r.condition(condition(16, 32))),
                request(r -> r.condition(condition(32, 16)))));
        Stream.of(
                        plain,
                        new Condition(plain.image(), 2, true, false, false, 0, 1),
                        new Condition(plain.image(), 1, false, false, false, 0, 1),
                        new Condition(plain.image(), 1, true, true, false, 0, 1),
                        new Condition(plain.image(), 1, true, false, true, 0, 1),
                        new Condition(plain.image(), 1, true, false, false, 0.5, 1),
                        new Condition(plain.image(), 1, true, false, false, 0, 2))
                .forEach(condition -> requests.add(request(r -> r.condition(condition))));
        assertThat(Batch.of(requests, 8)).hasSize(requests.size()).allMatch(batch -> batch.size() == 1);
    }

    @Test
    void conditionsOfOneSizeShareABatchWhateverTheyShow() {
        RgbImage other = new RgbImage(32, 32, ByteBuffer.allocate(32 * 32 * 3).put(0, (byte) 9));
        assertThat(indices(
                        2,
                        request(r -> r.condition(condition(32, 32))),
                        request(r -> r.condition(Condition.of(other)))))
                .containsExactly(List.of(0, 1));
    }

    @Test
    void fullBatchesAreFollowedByNewOnesAndEveryRequestIsInOne() {
        GenerationRequest a = request(r -> r);
        GenerationRequest b = request(r -> r.steps(5));
        assertThat(indices(2, a, b, a, a, b, a, a))
                .containsExactly(List.of(0, 2), List.of(1, 4), List.of(3, 5), List.of(6));
        assertThat(indices(1, a, a)).containsExactly(List.of(0), List.of(1));
        assertThat(indices(4)).isEmpty();
    }

    @Test
    void aBatchEndsWhereItsPixelsNoLongerFitOneBuffer() {
        GenerationRequest huge = request(r -> r.size(4096, 4096));
        List<GenerationRequest> requests = Collections.nCopies(50, huge);
        assertThat(Batch.of(requests, 100).stream().map(Batch::size)).containsExactly(42, 8);
    }
}

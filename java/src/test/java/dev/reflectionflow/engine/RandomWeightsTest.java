package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.GenerationRequest.Condition;
import dev.reflectionflow.Timings;
import org.junit.jupiter.api.Test;

/** An engine without a model's files: for measuring, but as exact as any. */
class RandomWeightsTest {
    private static FluxEngine open(ComputeType type) {
        return FluxEngine.builder()
                .randomWeights("scenes:1,1")
                .computeType(type)
                .threads(2)
                .build();
    }

    private static GenerationRequest.Builder request() {
        return GenerationRequest.builder("anything").size(64, 32).steps(2).seed(3L);
    }

    @Test
    void everyEngineDrawsTheSame() {
        try (FluxEngine first = open(null);
                FluxEngine second = open(null)) {
            assertThat(first.computeType()).isEqualTo(ComputeType.BFLOAT16);
            assertThat(first.model()).isEqualTo("random scenes:1,1");
            GeneratedImage image = first.generate(request().build());
            assertThat(second.generate(request().build()).image()).isEqualTo(image.image());
            assertThat(second.generate(request().prompt("else").build()).image())
                    .isNotEqualTo(image.image());
            assertThat(first.modelHash()).isEqualTo(second.modelHash());
        }
    }

    @Test
    void conditionsWorkInFloat32Too() {
        try (FluxEngine engine = open(ComputeType.FLOAT32)) {
            GeneratedImage earlier = engine.generate(request().build());
            GeneratedImage image = engine.generate(
                    request().condition(Condition.of(earlier.image())).build());
            assertThat(image.image()).isNotEqualTo(earlier.image());
        }
    }

    @Test
    void nativeTimeIsPartOfTheTotal() {
        try (FluxEngine engine = open(null)) {
            for (int i = 0; i < 2; i++) {
                Timings timings = engine.generate(request().build()).timings();
                double stages = timings.stepMs().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum();
                assertThat(timings.nativeMs()).isGreaterThan(0).isLessThanOrEqualTo(timings.totalMs());
                assertThat(timings.prepareMs()).isGreaterThan(0);
                assertThat(timings.textMs() + timings.prepareMs() + stages + timings.decodeMs())
                        .isLessThanOrEqualTo(timings.totalMs());
            }
        }
    }
}

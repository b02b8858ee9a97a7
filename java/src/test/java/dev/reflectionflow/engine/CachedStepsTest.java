package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.Golden;
import dev.reflectionflow.Pruning;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The cache of steps as Java callers meet it. */
class CachedStepsTest {
    private static final GenerationRequest REQUEST = GenerationRequest.builder("a photo of a bench")
            .size(64, 48)
            .steps(6)
            .seed(1L)
            .maxSequenceLength(32)
            .build();

    private static FluxEngine.Builder tiny() {
        return FluxEngine.builder()
                .model(Golden.path("tiny-flux-dev").toString())
                .threads(2);
    }

    @Test
    void aRunSaysHowItsStepsWereTaken() {
        try (FluxEngine engine = tiny().build()) {
            GeneratedImage image = engine.generate(REQUEST);
            assertThat(image.execution().attention()).isEqualTo("ours");
            assertThat(image.execution().attentionReason()).isNotEmpty();
            assertThat(image.execution().graphLaunches()).isZero();
            assertThat(image.execution().graphFailure()).isEmpty();
            assertThat(image.execution().skippedSteps()).isZero();
            assertThat(engine.approximations()).isEmpty();
        }
    }

    @Test
    void aThresholdOfNothingIsNoThresholdToTheByte() {
        try (FluxEngine plain = tiny().build();
                FluxEngine zero = tiny().cacheThreshold(0).build()) {
            assertThat(zero.modelHash()).isEqualTo(plain.modelHash());
            assertThat(zero.generate(REQUEST).image())
                    .isEqualTo(plain.generate(REQUEST).image());
        }
    }

    @Test
    void whatIsSkippedIsSaidAndChangesThePicture() {
        try (FluxEngine plain = tiny().build();
                FluxEngine cached = tiny().cacheThreshold(1).build()) {
            GeneratedImage image = cached.generate(REQUEST);
            assertThat(image.execution().skippedSteps()).isBetween(1, 5);
            assertThat(image.image()).isNotEqualTo(plain.generate(REQUEST).image());
            assertThat(cached.generate(REQUEST).image()).isEqualTo(image.image());
            assertThat(cached.modelHash()).isNotEqualTo(plain.modelHash());
            assertThat(cached.approximations()).isEqualTo(Map.of("cache_threshold", "1.0"));
        }
    }

    @Test
    void aPictureThatRestsOnItsWaySkipsTheSameSteps() {
        try (FluxEngine cached = tiny().cacheThreshold(1).build()) {
            GeneratedImage rested = cached.generate(
                            List.of(REQUEST), GenerationListener.NONE, new Pruning(3, previews -> Set.of(0)))
                    .get(0)
                    .orElseThrow();
            GeneratedImage image = cached.generate(REQUEST);
            assertThat(rested.execution()).isEqualTo(image.execution());
            assertThat(rested.image()).isEqualTo(image.image());
        }
    }

    @Test
    void imagesOfABatchWouldSkipTogether() {
        assertThatThrownBy(() -> tiny().cacheThreshold(0.1).batchSize(2).build())
                .hasMessage(
                        "cache threshold 0.1 goes with batch size 1, not 2: images of a batch would skip steps together")
                .extracting(e -> ((EngineException) e).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
}

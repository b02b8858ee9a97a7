package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.GenerationRequest.NoiseStep;
import dev.reflectionflow.Golden;
import dev.reflectionflow.Pruning;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.internal.NativeEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images given up half-way, and noise near other noise. */
class PrunedDrawingTest {
    private static FluxEngine engine;

    @BeforeAll
    static void open() {
        engine = FluxEngine.builder()
                .model(Golden.path("tiny-flux-dev").toString())
                .threads(2)
                .build();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static GenerationRequest request(long seed, NoiseStep... steps) {
        return GenerationRequest.builder("a photo of a bench")
                .size(64, 48)
                .steps(4)
                .seed(seed)
                .noiseSteps(List.of(steps))
                .maxSequenceLength(32)
                .build();
    }

    @Test
    void onlyTheChosenImagesAreFinishedAndTheyAreTheSameAsWithoutPruning() {
        List<GenerationRequest> requests = List.of(request(1), request(2), request(3));
        List<RgbImage> shown = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();
        GenerationListener counting = new GenerationListener() {
            @Override
            public boolean onStep(int step, int of, Supplier<List<RgbImage>> preview) {
                steps.add(step);
                return true;
            }
        };
        List<Optional<GeneratedImage>> images = engine.generate(requests, counting, new Pruning(1, previews -> {
            shown.addAll(previews);
            return Set.of(1);
        }));
        assertThat(shown).hasSize(3).doesNotHaveDuplicates();
        assertThat(steps).containsExactly(1, 1, 1, 2, 3, 4);
        assertThat(images).extracting(Optional::isPresent).containsExactly(false, true, false);
        GeneratedImage kept = images.get(1).orElseThrow();
        assertThat(kept.image()).isEqualTo(engine.generate(request(2)).image());
        assertThat(kept.timings().stepMs()).hasSize(4);
    }

    @Test
    void whatIsGivenUpGivesItsMemoryBack() {
        Pruning none = new Pruning(2, previews -> Set.of());
        engine.generate(List.of(request(1)), GenerationListener.NONE, none);
        engine.generate(request(1));
        long before = NativeEngine.handlesAlive();
        engine.generate(List.of(request(1), request(2)), GenerationListener.NONE, none);
        assertThatThrownBy(() -> engine.generate(
                        List.of(request(1), request(2)), GenerationListener.NONE, new Pruning(1, previews -> {
                            throw new IllegalStateException("the judge is ill");
                        })))
                .hasMessage("the judge is ill");
        engine.generate(request(1));
        assertThat(NativeEngine.handlesAlive()).isEqualTo(before);
    }

    @Test
    void noiseAtTheWholeDistanceIsTheOtherNoiseAndNearNoiseLooksAlike() {
        RgbImage one = engine.generate(request(1)).image();
        RgbImage two = engine.generate(request(2)).image();
        assertThat(engine.generate(request(1, new NoiseStep(2, 1))).image()).isEqualTo(two);
        RgbImage near = engine.generate(request(1, new NoiseStep(2, 0.1))).image();
        assertThat(near).isNotEqualTo(one);
        assertThat(distance(near, one)).isLessThan(distance(two, one) / 2);
    }

    private static double distance(RgbImage a, RgbImage b) {
        double sum = 0;
        for (int i = 0; i < a.pixels().remaining(); i++) {
            double gap = Byte.toUnsignedInt(a.pixels().get(i))
                    - Byte.toUnsignedInt(b.pixels().get(i));
            sum += gap * gap;
        }
        return Math.sqrt(sum);
    }
}

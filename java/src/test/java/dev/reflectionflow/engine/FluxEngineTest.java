package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.GenerationRequest.Condition;
import dev.reflectionflow.Golden;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.internal.NativeEngine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The engine as Java callers meet it. */
class FluxEngineTest {
    private static FluxEngine engine;

    @BeforeAll
    static void open() {
        engine = tiny().build();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static FluxEngine.Builder tiny() {
        return FluxEngine.builder()
                .model(Golden.path("tiny-flux-dev").toString())
                .threads(2);
    }

    private static GenerationRequest.Builder request(long seed) {
        return GenerationRequest.builder("a photo of a bench")
                .size(64, 48)
                .steps(3)
                .seed(seed)
                .maxSequenceLength(32);
    }

    @Test
    void anImageCarriesTheWholeRequest() {
        GeneratedImage image = engine.generate(GenerationRequest.builder("a photo of a bench")
                .size(32, 32)
                .steps(1)
                .build());
        assertThat(image.image().width()).isEqualTo(32);
        assertThat(image.image().pixels().isDirect()).isTrue();
        assertThat(image.request().seed()).isNotNull();
        assertThat(image.request().guidance()).isEqualTo(3.5);
        assertThat(image.modelHash()).isEqualTo(engine.modelHash()).hasSize(64);
        assertThat(image.timings().stepMs()).hasSize(1);
        assertThat(image.timings().totalMs()).isGreaterThan(image.timings().decodeMs());
    }

    @Test
    void batchesKeepTheOrderAndGiveTheSamePictures() {
        List<GenerationRequest> requests = List.of(
                request(1).build(),
                request(2).prompt("two cups").build(),
                request(3).size(32, 32).build(),
                request(4).build());
        List<GeneratedImage> alone = engine.generate(requests, GenerationListener.NONE);
        try (FluxEngine batching = tiny().batchSize(3).build()) {
            List<GeneratedImage> together = batching.generate(requests, GenerationListener.NONE);
            for (int i = 0; i < requests.size(); i++) {
                assertThat(together.get(i).request())
                        .isEqualTo(requests.get(i).toBuilder().guidance(3.5).build());
                assertThat(largestDifference(
                                alone.get(i).image(), together.get(i).image()))
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void theListenerSeesEveryStepAndCanStop() {
        List<Integer> steps = new ArrayList<>();
        List<RgbImage> previews = new ArrayList<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public boolean onStep(int step, int of, Supplier<List<RgbImage>> preview) {
                steps.add(step);
                previews.addAll(preview.get());
                return step < 2;
            }
        };
        EngineException stopped = catchThrowableOfType(
                EngineException.class, () -> engine.generate(List.of(request(1).build()), listener));
        assertThat(stopped.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(steps).containsExactly(1, 2);
        assertThat(previews).hasSize(2).allMatch(image -> image.width() == 64 && image.height() == 48);
    }

    /** The last preview is the final image: the estimate has no noise left to remove. */
    @Test
    void thePreviewAfterTheLastStepIsTheImage() {
        List<RgbImage> last = new ArrayList<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public boolean onStep(int step, int of, Supplier<List<RgbImage>> preview) {
                if (step == of) {
                    last.addAll(preview.get());
                }
                return true;
            }
        };
        GeneratedImage image =
                engine.generate(List.of(request(1).build()), listener).get(0);
        assertThat(last).containsExactly(image.image());
    }

    @Test
    void cancellingAFutureStopsTheWorkBeforeItsNextStep() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        List<Integer> steps = new ArrayList<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public boolean onStep(int step, int of, Supplier<List<RgbImage>> preview) {
                steps.add(step);
                started.countDown();
                awaitQuietly(cancelled);
                return true;
            }
        };
        CompletableFuture<List<GeneratedImage>> future =
                engine.submit(List.of(request(1).build()), listener);
        started.await();
        assertThat(future.cancel(true)).isTrue();
        cancelled.countDown();
        engine.generate(request(2).build());
        assertThat(steps).containsExactly(1);
    }

    @Test
    void theConditionImageChangesThePicture() {
        RgbImage red = plain(32, 32, (byte) 200, (byte) 30, (byte) 30);
        RgbImage blue = plain(32, 32, (byte) 30, (byte) 30, (byte) 200);
        try (FluxEngine corrector =
                tiny().lora(Golden.path("lora/plain.safetensors"), 1).build()) {
            assertThat(corrector.modelHash()).isNotEqualTo(engine.modelHash());
            RgbImage fromRed = corrector
                    .generate(request(1).condition(Condition.of(red)).build())
                    .image();
            RgbImage fromBlue = corrector
                    .generate(request(1).condition(Condition.of(blue)).build())
                    .image();
            assertThat(fromRed).isNotEqualTo(fromBlue);
        }
    }

    @Test
    void aCorrectorLeavesImagesWithoutAConditionAlone() {
        GenerationRequest plain = request(1).build();
        GenerationRequest corrected = request(1)
                .condition(Condition.of(plain(32, 32, (byte) 10, (byte) 200, (byte) 30)))
                .build();
        try (FluxEngine corrector =
                tiny().corrector(Golden.path("lora/plain.safetensors"), 1).build()) {
            assertThat(corrector.hasCorrector()).isTrue();
            assertThat(corrector.modelHash()).isNotEqualTo(engine.modelHash());
            assertThat(corrector.generate(plain).image())
                    .isEqualTo(engine.generate(plain).image());
            assertThat(corrector.generate(corrected).image())
                    .isNotEqualTo(engine.generate(corrected).image());
        }
    }

    @Test
    void aCorrectorGoesAlone() {
        FluxEngine.Builder both = tiny().corrector(Golden.path("lora/plain.safetensors"), 1)
                .lora(Golden.path("lora/alphas.safetensors"), 1);
        assertThatThrownBy(both::build).hasMessage("a corrector goes alone: it cannot be combined with other LoRAs");
    }

    @Test
    void aStepMakesNoTensorHandleAfterTheFirst() {
        List<Long> created = new ArrayList<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public boolean onStep(int step, int of, Supplier<List<RgbImage>> preview) {
                created.add(NativeEngine.handlesCreated());
                return true;
            }
        };
        try (FluxEngine corrector =
                tiny().lora(Golden.path("lora/alphas.safetensors"), 0.5).build()) {
            Condition condition = Condition.of(plain(32, 32, (byte) 90, (byte) 90, (byte) 90));
            corrector.generate(List.of(request(1).steps(5).build()), listener);
            assertThat(created).hasSize(5);
            assertThat(created.get(4)).isEqualTo(created.get(0));
            created.clear();
            corrector.generate(List.of(request(1).steps(5).condition(condition).build()), listener);
            assertThat(created.get(4)).isEqualTo(created.get(0));
        }
    }

    @Test
    void promptsThatDoNotFitAreCutAndSaid() {
        List<String> warnings = new ArrayList<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public void onWarning(String warning) {
                warnings.add(warning);
            }
        };
        String prompt = "one two three four five six seven eight nine ten ".repeat(12);
        engine.generate(List.of(request(1).prompt(prompt).build()), listener);
        assertThat(warnings).hasSize(2);
        assertThat(warnings.get(0)).startsWith("CLIP reads 77 tokens; it does not see \"");
        assertThat(warnings.get(1)).startsWith("T5 reads 32 tokens; it does not see \"");
    }

    @Test
    void aClosedEngineRefusesWork() {
        FluxEngine closed = tiny().build();
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.generate(request(1).build())).isInstanceOf(IllegalStateException.class);
    }

    /** Such as from a LoRA at an absurd scale: a black image would hide it. */
    @Test
    void latentsThatAreNotFiniteAreAnErrorAndTheEngineGoesOn() {
        try (FluxEngine overflowing =
                tiny().lora(Golden.path("lora/plain.safetensors"), 1e30).build()) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> overflowing.generate(request(1).build()))
                        .isInstanceOf(EngineException.class)
                        .hasMessage("the latents after 3 steps are not finite in float32: a weight, the guidance or a"
                                + " LoRA's scale is damaged or too large")
                        .extracting(e -> ((EngineException) e).code())
                        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
            }
        }
    }

    static RgbImage plain(int width, int height, byte red, byte green, byte blue) {
        ByteBuffer pixels = ByteBuffer.allocate(width * height * 3);
        while (pixels.hasRemaining()) {
            pixels.put(red).put(green).put(blue);
        }
        return new RgbImage(width, height, pixels.flip());
    }

    private static int largestDifference(RgbImage a, RgbImage b) {
        ByteBuffer left = a.pixels();
        ByteBuffer right = b.pixels();
        assertThat(left.remaining()).isEqualTo(right.remaining());
        int most = 0;
        while (left.hasRemaining()) {
            most = Math.max(most, Math.abs(Byte.toUnsignedInt(left.get()) - Byte.toUnsignedInt(right.get())));
        }
        return most;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

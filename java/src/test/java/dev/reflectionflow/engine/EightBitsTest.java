package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.Golden;
import dev.reflectionflow.image.Similarity;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products in eight bits on the CPU beside exact ones on the same seed. */
class EightBitsTest {
    private static FluxEngine.Builder tiny(PerformanceMode mode) {
        return FluxEngine.builder()
                .model(Golden.path("tiny-flux-dev").toString())
                .computeType(ComputeType.BFLOAT16)
                .performance(mode)
                .threads(2);
    }

    private static GeneratedImage draw(FluxEngine.Builder builder) {
        GenerationRequest request = GenerationRequest.builder("a photo of a bench")
                .size(64, 64)
                .steps(4)
                .seed(5L)
                .maxSequenceLength(32)
                .build();
        try (FluxEngine engine = builder.build()) {
            return engine.generate(List.of(request), GenerationListener.NONE).get(0);
        }
    }

    private static double psnr(GeneratedImage a, GeneratedImage b) {
        return Similarity.of(a.image(), b.image()).psnr();
    }

    /** Measured: 45.8 and 50.7 dB. */
    @ParameterizedTest
    @CsvSource({"FP8, 40", "INT8, 45"})
    void picturesStayNearTheExactOnes(PerformanceMode mode, double least) {
        GeneratedImage exact = draw(tiny(PerformanceMode.EXACT));
        GeneratedImage approximate = draw(tiny(mode));
        assertThat(psnr(approximate, exact)).isFinite().isGreaterThan(least);
        assertThat(approximate.modelHash()).isNotEqualTo(exact.modelHash());
        assertThat(draw(tiny(mode)).image().sha256())
                .isEqualTo(approximate.image().sha256());
    }

    /** Measured: 46.6 and 51.1 dB. */
    @ParameterizedTest
    @CsvSource({"FP8, 40", "INT8, 45"})
    void lorasActBesideThem(PerformanceMode mode, double least) {
        Path lora = Golden.path("lora/plain.safetensors");
        GeneratedImage exact = draw(tiny(PerformanceMode.EXACT).lora(lora, 1));
        assertThat(psnr(draw(tiny(mode).lora(lora, 1)), exact)).isFinite().isGreaterThan(least);
    }

    @Test
    void theCpuSaysWhatItEmulates() {
        try (FluxEngine engine = tiny(PerformanceMode.FP8).build()) {
            assertThat(engine.warnings()).singleElement().asString().contains("fp8 is emulated on the CPU");
        }
        try (FluxEngine engine = tiny(PerformanceMode.INT8).build()) {
            assertThat(engine.warnings()).isEmpty();
        }
    }
}

package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.weights.ModelHash;
import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.RandomModel;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
    @Test
    void itIsReadAsItIsWritten() {
        assertThat(Device.of("cpu")).isEqualTo(Device.CPU).hasToString("cpu");
        assertThat(Device.of("cuda")).isEqualTo(Device.of("cuda:0")).hasToString("cuda:0");
        assertThat(Device.of("cuda:7")).isEqualTo(new Device(true, 7)).hasToString("cuda:7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "CPU", "cpu:0", "cuda:", "cuda:-1", "cuda:1234", "cuda 1"})
    void nothingElseIsADevice(String text) {
        assertThatThrownBy(() -> Device.of(text))
                .hasMessageContaining("'" + text + "'")
                .extracting(e -> ((EngineException) e).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void theDescriptionNamesOnlyWhatIsNotTheNativeEnginesOwnChoice() {
        ModelWeights model = RandomModel.of("scenes:1,1", ComputeType.BFLOAT16.stored());
        String cpu = ModelDescription.of(model, settings(Device.CPU, Set.of(), PerformanceMode.EXACT, 0));
        assertThat(cpu).doesNotContain("device", "offload", "performance", "cache_threshold");
        Set<Offload> offload = Set.of(Offload.MODULATION, Offload.TEXT);
        assertThat(ModelDescription.of(model, settings(Device.of("cuda:1"), offload, PerformanceMode.FP8, 0.125)))
                .isEqualTo(cpu + "device=cuda:1\noffload=text,modulation\nperformance=fp8\ncache_threshold=0.125\n");
    }

    @Test
    void whatDecidesAboutPixelsIsInTheHashAndNothingElse() {
        Device card = Device.of("cuda");
        String plain = hash(settings(Device.CPU, Set.of(), PerformanceMode.EXACT, 0));
        assertThat(plain).isEqualTo(new ModelHash().hex());
        assertThat(hash(settings(Device.CPU, Set.of(Offload.VAE), PerformanceMode.EXACT, 0)))
                .isEqualTo(plain);
        assertThat(List.of(
                        plain,
                        hash(settings(Device.CPU, Set.of(), PerformanceMode.EXACT, 0.1)),
                        hash(settings(Device.CPU, Set.of(), PerformanceMode.EXACT, 0.2)),
                        hash(settings(card, Set.of(), PerformanceMode.EXACT, 0)),
                        hash(settings(card, Set.of(), PerformanceMode.FP8, 0)),
                        hash(settings(card, Set.of(), PerformanceMode.INT8, 0)),
                        hash(settings(Device.CPU, Set.of(), PerformanceMode.INT8, 0))))
                .doesNotHaveDuplicates();
        assertThat(hash(settings(Device.of("cuda:3"), Set.of(), PerformanceMode.EXACT, 0)))
                .isEqualTo(hash(settings(card, Set.of(), PerformanceMode.EXACT, 0)));
    }

    @Test
    void whatCannotBeComputedIsRefused() {
        assertRefused(
                () -> new ComputeSettings(ComputeType.FLOAT32, Device.of("cuda"), Set.of(), PerformanceMode.INT8, 0, 2),
                "performance mode int8 computes in bfloat16 (--dtype bf16), not in float32");
        assertRefused(() -> settings(Device.CPU, Set.of(), PerformanceMode.EXACT, 1.5), "1.5");
        assertRefused(() -> settings(Device.CPU, Set.of(), PerformanceMode.EXACT, Double.NaN), "NaN");
        assertRefused(() -> new Device(true, -1), "-1");
        assertRefused(() -> new Device(true, 1000), "1000");
        assertRefused(() -> new Device(false, 1), "1");
    }

    @Test
    void eightBitFloatsOnTheCpuAreSaidToBeAnEmulation() {
        assertThat(settings(Device.CPU, Set.of(), PerformanceMode.FP8, 0).warning())
                .get()
                .asString()
                .contains("fp8 is emulated");
        for (PerformanceMode mode : PerformanceMode.values()) {
            assertThat(settings(Device.of("cuda"), Set.of(), mode, 0).warning()).isEmpty();
        }
        for (PerformanceMode mode : List.of(PerformanceMode.EXACT, PerformanceMode.INT8)) {
            assertThat(settings(Device.CPU, Set.of(), mode, 0).warning()).isEmpty();
        }
    }

    private static void assertRefused(ThrowingCallable made, String... words) {
        assertThatThrownBy(made)
                .hasMessageContainingAll(words)
                .extracting(e -> ((EngineException) e).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    private static ComputeSettings settings(
            Device device, Set<Offload> offload, PerformanceMode performance, double cacheThreshold) {
        return new ComputeSettings(ComputeType.BFLOAT16, device, offload, performance, cacheThreshold, 2);
    }

    private static String hash(ComputeSettings settings) {
        ModelHash hash = new ModelHash();
        settings.addTo(hash);
        return hash.hex();
    }
}

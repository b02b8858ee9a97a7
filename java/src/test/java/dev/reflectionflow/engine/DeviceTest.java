package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.RandomModel;
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
    void theDescriptionNamesADeviceOnlyWhereItIsNotTheCpu() {
        ModelWeights model = RandomModel.of("scenes:1,1", ComputeType.BFLOAT16.stored());
        String cpu = ModelDescription.of(model, ComputeType.BFLOAT16, Device.CPU, 2);
        assertThat(cpu).doesNotContain("device");
        assertThat(ModelDescription.of(model, ComputeType.BFLOAT16, Device.of("cuda:1"), 2))
                .isEqualTo(cpu + "device=cuda:1\n");
    }
}

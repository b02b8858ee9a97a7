package dev.reflectionflow.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import org.junit.jupiter.api.Test;

class NativeEngineTest {
    @Test
    void aboutNamesLibTorchAndThreads() {
        assertThat(NativeEngine.about()).matches("libtorch=2\\.\\d+\\.\\d+\nthreads=[1-9]\\d*");
    }

    @Test
    void aNativeErrorArrivesWithItsCode() {
        assertThatThrownBy(() -> NativeEngine.setThreads(0))
                .isInstanceOf(EngineException.class)
                .hasMessage("threads must be at least 1, found 0")
                .extracting(e -> ((EngineException) e).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
}

package dev.reflectionflow.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import org.junit.jupiter.api.Test;

class NativeEngineTest {
    @Test
    void aboutNamesLibTorchAndProcessors() {
        assertThat(NativeEngine.about())
                .matches("libtorch=2\\.\\d+\\.\\d+\nprocessors=[1-9]\\d*\nwaiting=PASSIVE\n"
                        + "cuda_kernels=(yes|no)\ncuda_library=.+\ncuda_cards=.+(\ncuda\\.\\d+=.+ MiB free)*");
    }

    @Test
    void aNativeErrorArrivesWithItsCode() {
        assertThatThrownBy(() -> new NativeEngine("threads=2"))
                .isInstanceOf(EngineException.class)
                .hasMessage("the model's description lacks clip.width")
                .extracting(e -> ((EngineException) e).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
}

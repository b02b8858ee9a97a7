package dev.reflectionflow.train.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.engine.FluxEngine;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void trainingRefusesAnotherLibTorchThanItsOwn() {
        assertThat(Threads.FOREIGN_LIBTORCH).isEqualTo(FluxEngine.LIBTORCH_PROPERTY);
        System.setProperty(Threads.FOREIGN_LIBTORCH, "/opt/torch");
        try {
            assertThatThrownBy(() -> Threads.use(1))
                    .hasMessageContainingAll("training needs", "/opt/torch", "REFLECTIONFLOW_LIBTORCH")
                    .extracting(e -> ((EngineException) e).code())
                    .isEqualTo(ErrorCode.DEVICE);
        } finally {
            System.clearProperty(Threads.FOREIGN_LIBTORCH);
        }
    }
}

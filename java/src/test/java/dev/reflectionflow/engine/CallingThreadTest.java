package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.train.nn.Threads;
import org.bytedeco.pytorch.GradMode;
import org.junit.jupiter.api.Test;

/** What the engine computes on a thread leaves that thread's state in LibTorch as it was. */
class CallingThreadTest {
    @Test
    void gradientsStayOnWhereTheyWereOn() {
        Threads.use(2);
        boolean before = GradMode.is_enabled();
        GradMode.set_enabled(true);
        try (TinyNetwork network = TinyNetwork.open("tiny-flux-dev", ComputeType.FLOAT32)) {
            assertThat(network.engine()).isNotNull();
            assertThat(GradMode.is_enabled()).isTrue();
        } finally {
            GradMode.set_enabled(before);
        }
    }
}

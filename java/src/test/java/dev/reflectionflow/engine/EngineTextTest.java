package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.Execution;
import dev.reflectionflow.GenerationListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the native engine says of itself, and what of it is passed on. */
class EngineTextTest {
    @Test
    void aRunOnTheCpuSaysLittle() {
        assertThat(EngineText.execution("attention=ours: no fast path\ngraph_launches=0"))
                .isEqualTo(new Execution("ours", "no fast path", 0, Optional.empty(), 0));
    }

    @Test
    void aRunOnADeviceSaysMore() {
        String lines =
                "attention=libtorch: asked for: twice\ngraph_launches=25\ngraph_failure=DEVICE: a=b\nskipped_steps=7";
        assertThat(EngineText.execution(lines))
                .isEqualTo(new Execution("libtorch", "asked for: twice", 25, Optional.of("DEVICE: a=b"), 7));
    }

    @Test
    void aCaptureThatFailsIsSaidOnceForEachReason() {
        CaptureWarning warning = new CaptureWarning();
        List<String> heard = new ArrayList<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public void onWarning(String text) {
                heard.add(text);
            }
        };
        for (String reason : List.of("one", "one", "two", "one")) {
            warning.hear(new Execution("ours", "", 0, Optional.of(reason), 0), listener);
        }
        warning.hear(new Execution("ours", "", 9, Optional.empty(), 0), listener);
        assertThat(heard).hasSize(2);
        assertThat(heard.get(0)).contains("not captured", ": one");
        assertThat(heard.get(1)).contains(": two");
    }
}

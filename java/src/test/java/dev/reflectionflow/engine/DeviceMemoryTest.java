package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import org.junit.jupiter.api.Test;

class DeviceMemoryTest {
    @Test
    void itNamesStageNeedAndRestAndWhatHelps() {
        EngineException error = new EngineException("OUT_OF_MEMORY: decoding an image: no memory for a tensor"
                + " bfloat16[1, 4096, 4096, 256] of 8192 MiB (cuda:1 has 3072 of 24576 MiB free)");
        assertThat(DeviceMemory.explained(error))
                .hasMessage(
                        "decoding an image needs 8.00 GiB more on cuda:1, 3.00 GiB of its 24.00 GiB are free; try"
                                + " --offload text,modulation or a smaller --width and --height (doctor --plan shows what fits)")
                .hasCause(error)
                .extracting(e -> ((EngineException) e).code())
                .isEqualTo(ErrorCode.OUT_OF_MEMORY);
    }

    @Test
    void anOperatorThatFailsDoesNotSayHowMuchItWanted() {
        for (String reason : new String[] {"", ": CUDA out of memory. Tried to allocate 2 GiB (GPU 0)"}) {
            EngineException error = new EngineException("OUT_OF_MEMORY: decoding an image: aten::convolution failed on"
                    + " bfloat16[1, 128, 1024, 1024], bfloat16[128]" + reason + " (cuda:0 has 5 of 24576 MiB free)");
            assertThat(DeviceMemory.explained(error))
                    .hasMessageStartingWith(
                            "decoding an image needs more memory on cuda:0, 5 MiB of its 24.00 GiB are free; try ");
        }
    }

    @Test
    void everyStageHasItsHelp() {
        assertThat(explained("loading the weights"))
                .contains("--offload", "--performance-mode fp8 or int8", "--dtype bf16 (");
        assertThat(explained("encoding a prompt")).contains("--max-sequence-length");
        assertThat(explained("a denoising step")).contains("--width", "--batch-size 1", "--condition-size");
        assertThat(explained("a stage of tomorrow")).contains("--batch-size 1");
    }

    @Test
    void allOtherErrorsStayAsTheyAre() {
        EngineException host = new EngineException("OUT_OF_MEMORY: no memory for a tensor float32[9] of 64 MiB");
        EngineException device =
                new EngineException("DEVICE: a denoising step: no memory for a tensor float32[9] of 64 MiB"
                        + " (cuda:0 has 5 of 24 MiB free)");
        assertThat(DeviceMemory.explained(host)).isSameAs(host);
        assertThat(DeviceMemory.explained(device)).isSameAs(device);
        IllegalStateException bug = new IllegalStateException("x");
        assertThat(DeviceMemory.explained(bug)).isSameAs(bug);
    }

    private static String explained(String stage) {
        return DeviceMemory.explained(new EngineException("OUT_OF_MEMORY: " + stage
                        + ": no memory for a tensor float32[9] of 64 MiB (cuda:0 has 5 of 24 MiB free)"))
                .getMessage();
    }
}

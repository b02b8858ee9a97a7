package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import org.junit.jupiter.api.Test;

class FreeMemoryTest {
    private static final String MEMINFO = "MemTotal: 2000 kB\nMemFree: 10 kB\nMemAvailable:    1000 kB\n";

    @Test
    void theMachineGivesWhatIsAvailable() {
        assertThat(FreeMemory.available(MEMINFO, "", "")).hasValue(1000 * 1024);
        assertThat(FreeMemory.available(MEMINFO, "max\n", "anon 5\n")).hasValue(1000 * 1024);
    }

    @Test
    void aContainerMayGiveLess() {
        assertThat(FreeMemory.available(MEMINFO, "300000\n", "file 999\nanon 100000\n"))
                .hasValue(200000);
        assertThat(FreeMemory.available(MEMINFO, "99000000\n", "anon 0\n")).hasValue(1000 * 1024);
        assertThat(FreeMemory.available(MEMINFO, "1000\n", "anon 2000\n")).hasValue(0);
    }

    @Test
    void whereNobodyKnowsNothingIsRefused() {
        assertThat(FreeMemory.available("", "", "")).isEmpty();
    }

    @Test
    void tooMuchIsRefusedWithBothNumbers() {
        assertThatThrownBy(() -> FreeMemory.require("a moon", 1L << 50))
                .isInstanceOf(EngineException.class)
                .hasMessageMatching("a moon needs 1048576\\.0 GiB of memory, \\d+\\.\\d GiB are available")
                .extracting(e -> ((EngineException) e).code())
                .isEqualTo(ErrorCode.OUT_OF_MEMORY);
        FreeMemory.require("a stone", 1);
    }
}

package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {
    private static final String MAPS = """
            7f00-7f01 r-xp 00000000 08:01 11 /opt/torch/lib/libgomp-98b21ff3.so.1
            7f01-7f02 r--p 00001000 08:01 11 /opt/torch/lib/libgomp-98b21ff3.so.1
            7f02-7f03 r-xp 00000000 08:01 12 /usr/lib/libgomp.so.1.0.0
            7f03-7f04 r-xp 00000000 08:01 13 /opt/libgomp.d/libc10.so (deleted)
            7f04-7f05 rw-p 00000000 00:00 0  [heap]
            """;

    @Test
    void aLibraryIsKnownByHowItsFileBegins() {
        assertThat(Machine.mapped(MAPS, "libgomp"))
                .containsExactly("/opt/torch/lib/libgomp-98b21ff3.so.1", "/usr/lib/libgomp.so.1.0.0");
        assertThat(Machine.mapped(MAPS, "libc10.so")).containsExactly("/opt/libgomp.d/libc10.so (deleted)");
        assertThat(Machine.mapped(MAPS, "libtorch")).isEmpty();
    }

    @Test
    void theTimeSinceTheProcessesStartIsReadBehindItsName() {
        String stat = "4711 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 0 250 99 98 97\n";
        assertThat(Machine.sinceStartMs(stat, "4.75 9.00\n")).hasValue(2250);
        assertThat(Machine.sinceStartMs("", "4.75 9.00\n")).isEmpty();
        assertThat(Machine.sinceStartMs(stat, "")).isEmpty();
    }

    @Test
    void twoOpenMpRuntimesAreSaidToBeAProblem() {
        assertThat(DoctorCommand.openMp(List.of("/a/libgomp.so.1"))).isEqualTo("/a/libgomp.so.1");
        assertThat(DoctorCommand.openMp(List.of("/a/libgomp.so.1", "/b/libgomp.so.1")))
                .startsWith("two runtimes")
                .endsWith("/a/libgomp.so.1 and /b/libgomp.so.1");
    }
}

package dev.reflectionflow.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the wheels of PyTorch keep their libraries; that one of them draws needs a PyTorch, see the README. */
class LibTorchFolderTest {
    @TempDir
    Path sitePackages;

    private Path torch() throws IOException {
        Path lib = Files.createDirectories(sitePackages.resolve("torch/lib"));
        Files.createFile(lib.resolve("libtorch_cpu.so"));
        Files.createFile(lib.resolve("libc10.so"));
        return sitePackages.resolve("torch");
    }

    @Test
    void theFolderTorchAndItsLibAreTheSame() throws IOException {
        Path torch = torch();
        assertThat(LibTorchFolder.of(torch)).isEqualTo(LibTorchFolder.of(torch.resolve("lib")));
        assertThat(LibTorchFolder.of(torch).libraries())
                .containsExactly(torch.resolve("lib/libc10.so"), torch.resolve("lib/libtorch_cpu.so"));
    }

    @Test
    void theOpenMpRuntimeBesideItIsLoadedFirstSoThatThereIsOne() throws IOException {
        Path gomp = Files.createFile(torch().resolve("lib/libgomp.so.1"));
        assertThat(LibTorchFolder.of(sitePackages.resolve("torch")).libraries())
                .startsWith(gomp)
                .hasSize(3);
    }

    @Test
    void repairedWheelsKeepARenamedRuntimeBesideThePackage() throws IOException {
        Path torch = torch();
        Path folder = Files.createDirectory(sitePackages.resolve("torch.libs"));
        Path gomp = Files.createFile(folder.resolve("libgomp-24e2ab19.so.1.0.0"));
        assertThat(LibTorchFolder.of(torch).openMp()).contains(gomp);
        Files.createFile(torch.resolve("lib/libgomp-98b21ff3.so.1"));
        assertThat(LibTorchFolder.of(torch).openMp()).contains(torch.resolve("lib/libgomp-98b21ff3.so.1"));
    }

    @Test
    void aRelativeFolderBecomesAbsolute() throws IOException {
        Path torch = torch();
        Path relative = Path.of("").toAbsolutePath().relativize(torch);
        assertThat(LibTorchFolder.of(relative)).isEqualTo(LibTorchFolder.of(torch));
    }

    @Test
    void whatIsNoPyTorchIsTheDevicesFault() throws IOException {
        assertFails(sitePackages.resolve("nowhere"), "no such folder");
        assertFails(sitePackages, "libtorch_cpu.so");
        Files.delete(torch().resolve("lib/libc10.so"));
        assertFails(sitePackages.resolve("torch"), "libc10.so");
    }

    private static void assertFails(Path folder, String cause) {
        assertThatThrownBy(() -> LibTorchFolder.of(folder))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(cause)
                .extracting(e -> ((EngineException) e).code())
                .isEqualTo(ErrorCode.DEVICE);
    }
}

package dev.reflectionflow.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NativeLibrariesTest {
    @Test
    void theLibraryThatIsMissingIsNamedWithTheOneThatNeedsIt() {
        assertThat(NativeLibraries.explain(
                        "/opt/a b/libtorch_cuda.so: libcusparse.so.12: cannot open shared object file:"
                                + " No such file or directory"))
                .isEqualTo("libtorch_cuda.so needs libcusparse.so.12, which is not on this system: install it, or name"
                        + " its folder in LD_LIBRARY_PATH");
    }

    @Test
    void aFunctionThatIsMissingIsTheLibTorchsAge() {
        assertThat(NativeLibraries.explain("/opt/a/libreflectionflow.so: undefined symbol: torch_call_dispatcher"))
                .isEqualTo("libreflectionflow.so needs torch_call_dispatcher, which this LibTorch has not: version 2.10"
                        + " or a later 2.x is needed");
    }

    @Test
    void otherLinkErrorsStayAsTheyAre() {
        String error = "/opt/libtorch_cpu.so: file too short";
        assertThat(NativeLibraries.explain(error)).isEqualTo(error);
    }
}

package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** {@code doctor --check} by a generator whose pixels depend on where and in what type it computes. */
class DoctorCheckTest {
    /** Every pixel is so many grey levels away from float32 on the CPU. */
    private static final class Off extends DrawnByRule {
        private final int bf16;
        private final int onCuda;

        Off(int bf16, int onCuda) {
            this.bf16 = bf16;
            this.onCuda = onCuda;
        }

        @Override
        RgbImage pixels(GenerationRequest request) {
            Computing computing = settings.computing();
            int level =
                    100 + (computing.dtype() == Dtype.BF16 ? computing.device().cuda() ? onCuda : bf16 : 0);
            ByteBuffer pixels = ByteBuffer.allocate(request.width() * request.height() * 3);
            while (pixels.hasRemaining()) {
                pixels.put((byte) level);
            }
            return new RgbImage(request.width(), request.height(), pixels.flip());
        }
    }

    private static Cli check(DrawnByRule engine, String... more) {
        String[] args = new String[more.length + 1];
        args[0] = "doctor";
        System.arraycopy(more, 0, args, 1, more.length);
        return Cli.run(engine.opener(), args);
    }

    @Test
    void aDeviceMayBeTwiceAsFarFromFloat32AsTheCpu() {
        Off engine = new Off(3, 6);
        Cli run = check(engine, "--check", "cuda:1");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "check small model  right: bf16 of cuda:1 is 6.00 % from the CPU's float32, the CPU's own 3.00 %")
                .contains("check flux widths  right: ");
        assertThat(engine.drawn).hasSize(2 * 3);
    }

    @Test
    void oneThatIsFurtherAwayIsAFailure() throws Exception {
        Cli run = check(new Off(3, 7), "--check", "cuda", "--format", "json");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).contains("cuda:0 computes otherwise than the CPU: do not use it");
        assertThat(new ObjectMapper()
                        .readTree(run.out())
                        .get("check_small_model")
                        .asText())
                .startsWith("WRONG: bf16 of cuda:0 is 7.00");
    }

    @Test
    void withoutItNothingIsDrawn() {
        Off engine = new Off(3, 6);
        assertThat(check(engine).exitCode()).isZero();
        assertThat(engine.drawn).isEmpty();
    }

    @Test
    void itGoesWithoutAPlanAndWantsADevice() {
        assertThat(check(new Off(0, 0), "--check", "cpu", "--plan").exitCode()).isEqualTo(2);
        Cli unknown = check(new Off(0, 0), "--check", "gpu");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("device 'gpu' is not cpu, cuda or cuda:N");
    }
}

package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.weights.SafetensorsFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the command line to files with the real engine and the model that comes along. */
class RealEngineTest {
    private static final String MODEL = Path.of(System.getProperty("user.dir"), "../models/scenes")
            .normalize()
            .toString();

    @TempDir
    Path folder;

    private static Cli run(String... args) {
        return Cli.run(FluxOpenEngine::open, args);
    }

    @Test
    void theSameCommandDrawsTheSameFileAndItsTensors() {
        Path first = folder.resolve("a.png");
        Path second = folder.resolve("b.png");
        Path tensors = folder.resolve("t.safetensors");
        Cli one = run("generate", "a red circle", "-m", MODEL, "-s", "2", "--seed", "3", "-o", first.toString());
        assertThat(one.exitCode()).as(one.err()).isZero();
        Cli two = run(
                "generate",
                "a red circle",
                "-m",
                MODEL,
                "-s",
                "2",
                "--seed",
                "3",
                "-o",
                second.toString(),
                "--save-tensors",
                tensors.toString());
        assertThat(two.exitCode()).as(two.err()).isZero();
        assertThat(second).hasSameBinaryContentAs(first);
        assertThat(SafetensorsFile.open(tensors).tensors())
                .containsKeys(
                        "prompt_embeds",
                        "pooled_projections",
                        "sigmas",
                        "latents",
                        "step.0.velocity",
                        "step.1.velocity",
                        "step.1.latents",
                        "decoded");
    }

    @Test
    void aSearchEndsWithAnImage() {
        Cli run = run(
                "search",
                "a red circle",
                "-m",
                MODEL,
                "-s",
                "2",
                "--rounds",
                "1",
                "--branches",
                "2",
                "-o",
                folder.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Path.of(run.outLines().get(0))).exists();
    }

    @Test
    void aSearchSaysOnceWhatTheEncodersDoNotSee() {
        String prompt = "a red circle above a blue square ".repeat(20);
        Cli run = run("search", prompt, "-s", "1", "--rounds", "2", "--branches", "1", "-o", folder.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.errLines().stream().filter(line -> line.contains("it does not see")))
                .hasSize(2)
                .anyMatch(line -> line.contains("CLIP reads 77 tokens"))
                .anyMatch(line -> line.contains("T5 reads 32 tokens"));
    }

    @Test
    void sizesThatNoModelDrawsAreRefusedWithTheNearest() {
        Cli run = run("generate", "x", "-m", MODEL, "-W", "100", "-o", folder.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errLines()).singleElement().asString().contains("96", "112");
    }

    @Test
    void aBenchOfRandomWeightsNeedsNoModel() {
        Cli run = run("bench", "--random-weights", "scenes:1,1", "--size", "32", "-s", "1", "--runs", "1");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("random scenes:1,1", "32x32, 1 steps", "skipped: random embeddings", "TFLOP/s", "bf16");
    }

    @Test
    void weightsThatTheMachineHasNoRoomForAreRefusedBeforeTheyAreDrawn() {
        Cli run = run("bench", "--random-weights", "flux-dev:999,999");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.errLines())
                .singleElement()
                .asString()
                .matches(".*random flux-dev:999,999 in bfloat16 needs \\d+\\.\\d GiB of memory, .* GiB are available");
    }

    @Test
    void doctorNamesLibTorchAndTheModel() {
        Cli run = run("doctor", "-m", MODEL);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("libtorch", "libtorch_cpu.so", "128x128 in 16 steps", "cuda");
    }
}

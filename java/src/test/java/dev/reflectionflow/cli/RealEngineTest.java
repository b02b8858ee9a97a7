package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.Golden;
import dev.reflectionflow.engine.ComputeType;
import dev.reflectionflow.engine.FluxEngine;
import dev.reflectionflow.engine.PerformanceMode;
import dev.reflectionflow.image.ImageMetadata;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    @ParameterizedTest
    @EnumSource(
            value = PerformanceMode.class,
            names = {"FP8", "INT8"})
    void eightBitsOnTheCpuAreTheEnginesAndSaidToBeEmulated(PerformanceMode mode) {
        Path file = folder.resolve("a.png");
        Cli run = run(
                "generate",
                "a bench",
                "-m",
                MODEL,
                "-s",
                "2",
                "--seed",
                "3",
                "--dtype",
                "bf16",
                "--performance-mode",
                mode.toString(),
                "-o",
                file.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.errLines())
                .filteredOn(line -> line.contains(mode + " is emulated"))
                .hasSize(mode == PerformanceMode.FP8 ? 1 : 0);
        ImageMetadata metadata =
                ImageMetadata.fromText(file, PngReader.readText(file)).orElseThrow();
        assertThat(metadata.computed().performance()).isEqualTo(mode.toString());
        GenerationRequest request =
                GenerationRequest.builder("a bench").steps(2).seed(3L).build();
        try (FluxEngine engine = FluxEngine.builder()
                .model(MODEL)
                .computeType(ComputeType.BFLOAT16)
                .performance(mode)
                .build()) {
            assertThat(PngReader.read(file).image().sha256())
                    .isEqualTo(engine.generate(request).image().sha256());
        }
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

    private static String[] reflection(Path output, String... more) {
        return Stream.concat(
                        Stream.of(
                                "search",
                                "a red circle",
                                "-m",
                                Golden.path("tiny-flux-dev").toString(),
                                "--corrector",
                                Golden.path("lora/plain.safetensors").toString(),
                                "--rounds",
                                "3",
                                "--branches",
                                "2",
                                "-W",
                                "64",
                                "-H",
                                "64",
                                "-s",
                                "2",
                                "--format",
                                "json",
                                "-o",
                                output.toString()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    /** The whole loop with the real engine: plain pool, what the reflector says, corrections that see the earlier image. */
    @Test
    void aReflectionRunDrawsCorrectionsFromWhatTheReflectorSays() throws Exception {
        Path first = folder.resolve("first");
        Cli run = run(reflection(first, "--reflector", "scene", "--condition-size", "32", "--corrector-steps", "3"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode budget = new ObjectMapper().readTree(run.out()).get("budget");
        assertThat(budget.get("images").intValue()).isEqualTo(6);
        assertThat(budget.get("network_evaluations").intValue()).isEqualTo(2 * 2 + 4 * 3);
        ImageMetadata plain = metadata(first, 0);
        ImageMetadata correction = metadata(first, 2);
        assertThat(plain.condition()).isEmpty();
        assertThat(plain.loras()).isEmpty();
        assertThat(correction.condition()).isPresent();
        assertThat(correction.loras())
                .singleElement()
                .satisfies(lora -> assertThat(lora.file()).isEqualTo("plain.safetensors"));
        assertThat(correction.request().prompt()).isEqualTo("a red circle");
        assertThat(correction.request().prompt2()).matches("a red circle \\[Reflexion\\] [A-Z].*\\.");
        Path second = folder.resolve("second");
        run(reflection(second, "--reflector", "scene", "--condition-size", "32", "--corrector-steps", "3"));
        for (int i = 0; i < 6; i++) {
            assertThat(sample(second, i)).hasSameBinaryContentAs(sample(first, i));
        }
    }

    @Test
    void withoutReflectionsTheCorrectorChangesNothing() {
        Path with = folder.resolve("with");
        Path without = folder.resolve("without");
        assertThat(run(reflection(with)).exitCode()).isZero();
        String[] plain = reflection(without);
        plain[4] = "--verifier";
        plain[5] = "scene";
        assertThat(run(plain).exitCode()).isZero();
        for (int i = 0; i < 6; i++) {
            assertThat(PngReader.read(sample(with, i)).image().sha256())
                    .isEqualTo(PngReader.read(sample(without, i)).image().sha256());
        }
    }

    private static Path sample(Path run, int image) {
        return run.resolve("00000/samples/0000" + image + ".png");
    }

    private static ImageMetadata metadata(Path run, int image) {
        Path file = sample(run, image);
        return ImageMetadata.fromText(file, PngReader.readText(file)).orElseThrow();
    }

    @Test
    void aSearchSaysOnceWhatTheEncodersDoNotSee() {
        String prompt = "a red circle above a blue square ".repeat(20);
        Cli run = run("search", prompt, "-s", "1", "--rounds", "2", "--branches", "1", "-o", folder.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.errLines().stream().filter(line -> line.contains("it does not see")))
                .hasSize(2)
                .anyMatch(line -> line.contains("CLIP reads 77 tokens"))
                .anyMatch(line -> line.contains("T5 reads 64 tokens"));
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
    void aDeviceThatCannotBeUsedIsAnErrorAndNotTheCpu() {
        assumeThat(Path.of("/proc/driver/nvidia/version")).doesNotExist();
        Cli run = run("generate", "x", "-m", MODEL, "--device", "cuda", "-o", folder.toString());
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.errLines()).singleElement().asString().containsAnyOf("for CPUs only", "not on this system");
    }

    @Test
    void doctorNamesLibTorchAndTheModel() {
        Cli run = run("doctor", "-m", MODEL);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("libtorch", "libtorch_cpu.so", "libgomp.so.1", "128x128 in 16 steps", "cuda")
                .doesNotContain("two runtimes");
    }
}

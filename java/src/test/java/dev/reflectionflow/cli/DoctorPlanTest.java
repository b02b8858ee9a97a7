package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.engine.Offload;
import dev.reflectionflow.engine.PerformanceMode;
import dev.reflectionflow.engine.plan.Residency;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code doctor --plan} needs neither a GPU nor a model's weights. */
class DoctorPlanTest {
    private static Cli plan(String... more) {
        String[] args = new String[more.length + 2];
        args[0] = "doctor";
        args[1] = "--plan";
        System.arraycopy(more, 0, args, 2, more.length);
        return Cli.run(new DrawnByRule().opener(), args);
    }

    @Test
    void fluxDevIsPlannedFromItsShape() {
        Cli run = plan("--random-weights", "flux-dev", "--condition-size", "512");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("random flux-dev, bf16, exact", "1024x1024, batch 1, 28 steps, 512 text tokens")
                .containsPattern("t5 +8\\.87")
                .containsPattern("transformer +16\\.12")
                .containsPattern("modulation +6\\.05")
                .containsPattern("encode condition +16\\.28")
                .containsPattern("24 GiB +--offload text,vae,modulation: ")
                .containsPattern("80 GiB +everything stays");
    }

    @Test
    void everySizeCanBeAskedForAsJson() throws Exception {
        Cli run = plan(
                "--random-weights",
                "flux-dev:2,4",
                "-W",
                "4096",
                "-H",
                "4096",
                "--batch",
                "2",
                "--dtype",
                "bf16",
                "--performance-mode",
                "fp8",
                "-s",
                "3",
                "--format",
                "json");
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.path("width").asInt()).isEqualTo(4096);
        assertThat(json.path("height").asInt()).isEqualTo(4096);
        assertThat(json.path("batch").asInt()).isEqualTo(2);
        assertThat(json.path("element_bytes").asInt()).isEqualTo(2);
        assertThat(json.path("steps").asInt()).isEqualTo(3);
        assertThat(json.path("text_tokens").asInt()).isEqualTo(512);
        assertThat(json.path("performance_mode").asText()).isEqualTo("fp8");
        assertThat(json.path("tiled_decode").asBoolean()).isTrue();
        assertThat(json.path("weight_bytes").path("modulation").asLong()).isPositive();
        assertThat(json.path("stages")).hasSize(4);
        assertThat(json.path("peak_bytes").path("none").asLong())
                .isGreaterThan(json.path("weight_bytes").path("all").asLong());
        assertThat(json.path("fits").has("24_gib")).isTrue();
    }

    @Test
    void theModelThatComesAlongIsPlannedFromItsFilesHeaders() {
        Cli run = plan();
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("128x128", "16 steps").containsPattern("24 GiB +everything stays");
    }

    @Test
    void aCorrectorAndACacheOfStepsAreCounted() throws Exception {
        String corrector = Path.of("../models/scenes/corrector.safetensors").toString();
        JsonNode alone = new ObjectMapper().readTree(plan("--format", "json").out());
        Cli run = plan("--lora", corrector + ":0.5", "--cache-threshold", "0.1", "--format", "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode both = new ObjectMapper().readTree(run.out());
        long loras = both.path("weight_bytes").path("loras").asLong();
        assertThat(loras).isPositive();
        assertThat(alone.path("weight_bytes").has("loras")).isFalse();
        assertThat(both.path("weight_bytes").path("all").asLong()
                        - alone.path("weight_bytes").path("all").asLong())
                .isEqualTo(loras);
        // 64 image tokens
        assertThat(both.path("workspace_bytes").asLong()
                        - alone.path("workspace_bytes").asLong())
                .isGreaterThan(5 * 64 * 2 * 64);
        Cli wrong = plan("--random-weights", "flux-dev", "--lora", corrector);
        assertThat(wrong.exitCode()).isEqualTo(3);
        assertThat(wrong.errLines()).singleElement().asString().contains("corrector.safetensors");
    }

    /** What the engine refuses has no plan. */
    @Test
    void aCacheOfStepsIsSaidAndHeldAgainstItsLimits() throws Exception {
        assertThat(plan("--cache-threshold", "0.1").out()).contains(", cache threshold 0.1");
        assertThat(new ObjectMapper()
                        .readTree(plan("--cache-threshold", "0.1", "--format", "json")
                                .out())
                        .path("cache_threshold")
                        .asDouble())
                .isEqualTo(0.1);
        for (String wrong : List.of("2", "-0.1", "NaN")) {
            Cli refused = plan("--cache-threshold=" + wrong);
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.errLines()).singleElement().asString().contains("is not from 0 to 1");
        }
        Cli batch = plan("--cache-threshold", "0.1", "--batch", "4");
        assertThat(batch.exitCode()).isEqualTo(2);
        assertThat(batch.err()).contains("cache threshold 0.1 goes with batch size 1, not 4");
    }

    @Test
    void whatFitsNowhereSaysWhatItNeeds() {
        assertThat(plan("--random-weights", "flux-dev", "-W", "4096", "-H", "4096", "--batch", "4")
                        .out())
                .containsPattern("24 GiB +does not suffice: \\d+\\.\\d\\d GiB are needed");
    }

    /** What the plan advises must be what {@code generate} takes. */
    @Test
    void everyAdviceIsAnOption() {
        for (Residency residency : Residency.values()) {
            if (!residency.offload().isEmpty()) {
                assertThat(Arrays.stream(Offload.values()).map(Offload::toString))
                        .contains(residency.offload().split(","));
            }
        }
    }

    @Test
    void everyPerformanceModeCanBePlanned() {
        for (PerformanceMode mode : PerformanceMode.values()) {
            assertThat(plan("--performance-mode", mode.toString(), "--dtype", "bf16")
                            .out())
                    .contains("bf16, " + (mode == PerformanceMode.EXACT ? "exact" : "performance mode " + mode));
        }
    }

    @Test
    void sizesGoWithThePlan() {
        Cli run = Cli.run(new DrawnByRule().opener(), "doctor", "-W", "64");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errLines()).singleElement().asString().contains("go with --plan");
        assertThat(plan("-W", "100").exitCode()).isEqualTo(2);
        assertThat(plan("--random-weights", "flux-dev", "-m", "x").exitCode()).isEqualTo(2);
    }
}

package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.GenerationRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
    private final DrawnByRule engine = new DrawnByRule();

    private Cli bench(String... options) {
        List<String> args = new java.util.ArrayList<>(List.of("bench"));
        args.addAll(List.of(options));
        Cli run = Cli.run(engine.opener(), args.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private JsonNode json(String... options) throws Exception {
        List<String> args = new java.util.ArrayList<>(List.of(options));
        args.addAll(List.of("--format", "json"));
        return new ObjectMapper().readTree(bench(args.toArray(String[]::new)).out());
    }

    @Test
    void everySampleButTheWarmUpsCounts() throws Exception {
        JsonNode found = json("--runs", "3", "--warm-up", "2", "--batch", "2");
        assertThat(engine.drawn).hasSize(10);
        assertThat(engine.settings.batchSize()).isEqualTo(2);
        JsonNode stages = found.get("milliseconds");
        assertThat(stages.get("total").get("samples").asInt()).isEqualTo(3);
        assertThat(stages.get("step").get("samples").asInt()).isEqualTo(12);
        assertThat(stages.get("step").get("median").asDouble()).isEqualTo(3);
        assertThat(stages.get("step").get("p10").asDouble()).isEqualTo(1);
        assertThat(stages.get("step").get("p90").asDouble()).isEqualTo(4);
        assertThat(stages.get("prepare").get("median").asDouble()).isEqualTo(0.25);
        assertThat(stages.has("condition")).isFalse();
        assertThat(found.get("runs").asInt()).isEqualTo(3);
        assertThat(found.get("random_weights").asBoolean()).isFalse();
    }

    /** Or else the engine would take what it kept, and the stages would cost nothing. */
    @Test
    void everyRunHasItsOwnPromptAndCondition() {
        bench("--runs", "2", "--condition", "8", "--batch", "2");
        assertThat(engine.drawn.stream().map(GenerationRequest::prompt).distinct())
                .hasSize(3);
        assertThat(engine.drawn.stream()
                        .map(drawn -> drawn.condition().image().sha256())
                        .distinct())
                .hasSize(3);
        assertThat(engine.drawn.stream().map(GenerationRequest::seed).distinct())
                .hasSize(6);
    }

    @Test
    void sizesArePixelsAndConditionsTokens() throws Exception {
        JsonNode found = json("--size", "64x48", "--condition", "1024", "--runs", "1");
        assertThat(found.get("width").asInt()).isEqualTo(64);
        assertThat(found.get("height").asInt()).isEqualTo(48);
        assertThat(found.get("condition_tokens").asInt()).isEqualTo(1024);
        assertThat(engine.drawn.get(0).condition().image().width()).isEqualTo(512);
        assertThat(engine.drawn.get(0).condition().image().height()).isEqualTo(512);
        assertThat(json("--size", "48", "--condition", "32x96", "--runs", "1")
                        .get("condition_tokens")
                        .asInt())
                .isEqualTo(12);
        assertThat(engine.drawn.get(engine.drawn.size() - 1).height()).isEqualTo(48);
    }

    @Test
    void randomWeightsAreSaidAndTheirTextStageIsNotTimed() throws Exception {
        JsonNode found = json("--random-weights", "flux-dev:1,2", "--runs", "1");
        assertThat(engine.settings.randomWeights()).isEqualTo("flux-dev:1,2");
        assertThat(found.get("random_weights").asBoolean()).isTrue();
        assertThat(found.get("milliseconds").has("text")).isFalse();
        assertThat(bench("--random-weights", "flux-dev:1,2", "--runs", "1").out())
                .contains("(random weights: no real model)", "skipped: random embeddings");
    }

    @Test
    void approximateRowsAreMarked() throws Exception {
        assertThat(json("--runs", "1").get("approximate").asBoolean()).isFalse();
        assertThat(bench("--runs", "1").out()).contains("fp32, exact").doesNotContain("approximate");
        JsonNode cached = json("--cache-threshold", "0.1");
        assertThat(cached.get("approximate").asBoolean()).isTrue();
        assertThat(cached.get("approximations").toString()).isEqualTo("{\"cache_threshold\":\"0.1\"}");
        assertThat(bench("--cache-threshold", "0.1").out()).contains("approximate: cache threshold 0.1");
    }

    /** The operations are those of a step in full, the times are not. */
    @Test
    void aCacheOfStepsHasNoRateButSaysWhatItSkipped() throws Exception {
        assertThat(json("--runs", "2").has("step_tflop_per_second")).isTrue();
        JsonNode cached = json("--runs", "2", "--cache-threshold", "0.1");
        assertThat(cached.has("step_tflop_per_second")).isFalse();
        assertThat(cached.get("skipped_steps").asInt()).isEqualTo(2 * DrawnByRule.SKIPPED);
        assertThat(cached.get("all_steps").asInt()).isEqualTo(2 * DrawnByRule.STEPS);
        assertThat(cached.get("mean_step_milliseconds").asDouble()).isEqualTo(2.5);
        assertThat(bench("--runs", "2", "--cache-threshold", "0.1").out())
                .contains("6 of 8 steps skipped, 2.500 ms in mean")
                .doesNotContain("TFLOP/s");
        Cli refused = Cli.run(engine.opener(), "bench", "--steps-only", "--cache-threshold", "0.1");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errLines()).singleElement().asString().contains("--steps-only goes without");
    }

    /** There the first step is only queued, and the last is waited for with the one before it. */
    @Test
    void onACardOnlyStepsBetweenTheFirstAndTheLastCount() throws Exception {
        JsonNode found = json("--device", "cuda:1", "--runs", "1");
        assertThat(found.get("device").asText()).isEqualTo("cuda:1");
        JsonNode step = found.get("milliseconds").get("step");
        assertThat(step.get("samples").asInt()).isEqualTo(2);
        assertThat(step.get("p10").asDouble()).isEqualTo(2);
        assertThat(step.get("p90").asDouble()).isEqualTo(3);
        JsonNode only = json("--device", "cuda:1", "--runs", "1", "--steps-only", "-s", "3");
        assertThat(only.get("milliseconds").get("step").get("samples").asInt()).isEqualTo(1);
        assertThat(bench("--device", "cuda:1", "--runs", "1").out()).containsPattern("machine +cuda:1 beside ");
        Cli refused = Cli.run(engine.opener(), "bench", "--device", "cuda:1", "-s", "2");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errLines()).singleElement().asString().contains("needs --steps 3 or more");
        assertThat(json("--runs", "1").get("device").asText()).isEqualTo("cpu");
    }

    @Test
    void stepsOnlyStopsBeforeTheImageIsDrawn() throws Exception {
        JsonNode found = json("--steps-only", "--runs", "2", "-s", "3");
        assertThat(engine.drawn).isEmpty();
        assertThat(found.get("milliseconds").get("step").get("samples").asInt()).isEqualTo(4);
        assertThat(found.get("milliseconds").size()).isEqualTo(1);
        assertThat(found.has("images_per_second")).isFalse();
        assertThat(bench("--steps-only").out())
                .doesNotContain("decoding", "images per second", "java overhead", "first image");
    }

    /** The first of all is the one that is told of, warm-up or not: nothing before it can have warmed the process. */
    @Test
    void theFirstImageIsTimedFromTheStartAndItsPixelsAreNamed() throws Exception {
        JsonNode first = json("--runs", "2", "--warm-up", "1", "--batch", "2").get("first_image");
        assertThat(first.get("sha256").asText())
                .isEqualTo(engine.pixels(engine.drawn.get(0)).sha256());
        assertThat(first.get("open_milliseconds").asDouble()).isNotNegative();
        assertThat(first.get("draw_milliseconds").asDouble()).isNotNegative();
        assertThat(first.get("since_start_milliseconds").asDouble()).isPositive();
        assertThat(json("--steps-only").has("first_image")).isFalse();
    }

    @Test
    void theTableHasEveryStageAndWhatFollows() {
        Cli run = bench("--runs", "1");
        assertThat(run.outLines())
                .anyMatch(line -> line.matches("model +rule"))
                .anyMatch(line ->
                        line.matches("work +32x32, 4 steps, batch 1, 32 text tokens, no condition, fp32, exact"))
                .anyMatch(line -> line.matches("text encoding +1\\.500 +1\\.500 +1\\.500 +1"))
                .anyMatch(line -> line.matches("condition encoding +none"))
                .anyMatch(line -> line.matches("step +3\\.000 +1\\.000 +4\\.000 +4"))
                .anyMatch(line -> line.matches("step +\\S+ TFLOP .*, \\S+ TFLOP/s"))
                .anyMatch(line ->
                        line.matches("first image +\\d+ ms after the process's start: \\d+ ms to open the model,"
                                + " \\d+ ms to draw, SHA-256 [0-9a-f]{16}"))
                .anyMatch(line -> line.matches("peak memory +\\d+\\.\\d\\d GiB"));
        assertThat(run.err()).isEmpty();
    }
}

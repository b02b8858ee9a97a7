package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.Golden;
import dev.reflectionflow.weights.SchedulerConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The noise levels against diffusers' scheduler, for dev (dynamic shift) and schnell (static). */
class FlowMatchScheduleTest {
    @ParameterizedTest
    @ValueSource(strings = {"dev", "schnell"})
    void sigmasEqualTheReference(String model) {
        SchedulerConfig config =
                SchedulerConfig.read(Golden.path("tiny-flux-" + model + "/scheduler/scheduler_config.json"));
        FlowMatchSchedule schedule = new FlowMatchSchedule(config);
        for (JsonNode expected : Golden.json("scheduler.json").get(model)) {
            int steps = expected.get("steps").asInt();
            int tokens = expected.get("image_seq_len").asInt();
            assertThat(schedule.mu(tokens)).isCloseTo(expected.get("mu").asDouble(), within(1e-12));
            float[] sigmas = schedule.sigmas(steps, tokens);
            assertThat(sigmas).hasSize(steps + 1);
            for (int i = 0; i <= steps; i++) {
                assertThat(sigmas[i])
                        .isCloseTo((float) expected.get("sigmas").get(i).asDouble(), within(1e-6f));
            }
        }
        Golden.compared("scheduler.json", "");
    }
}

package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MixingScheduleTest {
    @Test
    void theReleasedScheduleIsLinearBetweenItsMilestones() {
        MixingSchedule released = released();
        assertThat(released.splits()).containsExactly("general", "length", "rule", "editing");
        weights(released, 0, 0.1, 0.1, 0.1, 0.7);
        weights(released, 2500, 0.2, 0.2, 0.25, 0.35);
        weights(released, 5000, 0.3, 0.3, 0.4, 0);
        weights(released, 1_000_000, 0.3, 0.3, 0.4, 0);
    }

    @Test
    void beforeTheFirstMilestoneItsWeightsHold() {
        MixingSchedule late = new MixingSchedule(Map.of("rule", List.of(1.0, 3.0, 2.0)), List.of(10L, 20L, 40L));
        weights(late, 0, 1);
        weights(late, 15, 2);
        weights(late, 30, 2.5);
        weights(late, 40, 2);
    }

    @Test
    void splitsThatAreNeverDrawnAgainAreKnown() {
        assertThat(released().wantedFrom(4999)).contains("editing");
        assertThat(released().wantedFrom(5000)).containsExactly("general", "length", "rule");
        Map<String, List<Double>> later = new LinkedHashMap<>();
        later.put("rule", List.of(1.0, 1.0));
        later.put("length", List.of(0.0, 1.0));
        assertThat(new MixingSchedule(later, List.of(0L, 10L)).wantedFrom(0)).containsExactly("rule", "length");
    }

    @Test
    void whatDoesNotFitIsNamed() {
        invalid(Map.of("rule", List.of(1.0)), List.of(0L, 10L), "split_ratios: rule has 1 weights for 2");
        invalid(Map.of("rule", List.of(-1.0)), List.of(0L), "split_ratios: rule: -1.0 is not a weight");
        invalid(Map.of("rule", List.of(Double.NaN)), List.of(0L), "rule: NaN is not a weight");
        invalid(Map.of("rule", List.of(1.0, 0.0)), List.of(0L, 5L), "every split has weight 0 at step 5");
        invalid(Map.of("rule", List.of(1.0, 1.0)), List.of(5L, 5L), "training_stages: [5, 5] does not ascend");
        invalid(Map.of(), List.of(), "training_stages: at least one");
    }

    static MixingSchedule released() {
        Map<String, List<Double>> ratios = new LinkedHashMap<>();
        ratios.put("general", List.of(0.1, 0.3));
        ratios.put("length", List.of(0.1, 0.3));
        ratios.put("rule", List.of(0.1, 0.4));
        ratios.put("editing", List.of(0.7, 0.0));
        return new MixingSchedule(ratios, List.of(0L, 5000L));
    }

    private static void weights(MixingSchedule schedule, long step, double... expected) {
        assertThat(schedule.weights(step)).containsExactly(expected, within(1e-12));
    }

    private static void invalid(Map<String, List<Double>> ratios, List<Long> stages, String message) {
        assertThatThrownBy(() -> new MixingSchedule(ratios, stages))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining(message);
    }
}

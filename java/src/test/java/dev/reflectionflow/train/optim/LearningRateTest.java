package dev.reflectionflow.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
    @Test
    void itWarmsUpAndFallsAlongACosine() {
        LearningRate rate = new LearningRate(2, 10, 110, 0.1);
        assertThat(rate.at(1)).isCloseTo(0.2, within(1e-12));
        assertThat(rate.at(5)).isCloseTo(1, within(1e-12));
        assertThat(rate.at(10)).isEqualTo(2);
        assertThat(rate.at(60)).isCloseTo(2 * (0.1 + 0.9 / 2), within(1e-12));
        assertThat(rate.at(110)).isCloseTo(0.2, within(1e-12));
        assertThat(rate.at(1000)).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void withoutAnEndItIsConstant() {
        LearningRate rate = new LearningRate(1, 0, 0, 0);
        assertThat(rate.at(1)).isEqualTo(1);
        assertThat(rate.at(1_000_000)).isEqualTo(1);
    }
}

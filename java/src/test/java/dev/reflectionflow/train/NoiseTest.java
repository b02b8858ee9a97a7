package dev.reflectionflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NoiseTest {
    @Test
    void itDependsOnSeedStepAndPartAlone() {
        assertThat(new Noise(1, 2, 3).normal(8)).isEqualTo(new Noise(1, 2, 3).normal(8));
        assertThat(new Noise(1, 2, 3).normal(8))
                .isNotEqualTo(new Noise(2, 2, 3).normal(8))
                .isNotEqualTo(new Noise(1, 3, 3).normal(8))
                .isNotEqualTo(new Noise(1, 2, 4).normal(8));
    }

    @Test
    void valuesOfManyStepsAreUnitNormal() {
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (int step = 0; step < 2000; step++) {
            for (float value : new Noise(7, step, 0).normal(10)) {
                sum += value;
                squares += value * value;
                count++;
            }
        }
        assertThat(sum / count).isCloseTo(0, within(0.02));
        assertThat(squares / count).isCloseTo(1, within(0.03));
    }

    /** The median of sigmoid(normal) is 1/2, which a shift of 6 takes to 6/7. */
    @Test
    void timestepsAreShiftedTowardsNoise() {
        float[] plain = new Noise(3, 0, 0).timesteps(4001, 1);
        float[] shifted = new Noise(3, 0, 0).timesteps(4001, 6);
        for (int i = 0; i < plain.length; i++) {
            assertThat(shifted[i]).isCloseTo(6 * plain[i] / (1 + 5 * plain[i]), within(1e-6f));
        }
        java.util.Arrays.sort(plain);
        assertThat(plain[2000]).isCloseTo(0.5f, within(0.03f));
    }
}

package dev.reflectionflow.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScaleTest {
    @Test
    void doublingsAreEquallyFarApart() {
        Scale scale = Scale.doublings(16, 128, true);
        assertThat(scale.ticks()).containsExactly(16.0, 32.0, 64.0, 128.0);
        assertThat(scale.at(32)).isEqualTo(1 / 3.0, within(1e-12));
        assertThat(scale.at(128)).isEqualTo(1);
    }

    @Test
    void neverNamesMoreThanAFewValues() {
        assertThat(Scale.doublings(1, 1 << 20, true).ticks()).hasSizeBetween(3, 6);
        assertThat(Scale.doublings(0.03, 900, false).ticks()).hasSizeBetween(3, 6);
        assertThat(Scale.doublings(1.2, 4.9, false).ticks()).hasSizeBetween(3, 6);
    }

    @Test
    void valuesLieBetweenRoundEnds() {
        Scale scale = Scale.rounded(0.613, 0.848);
        assertThat(scale.low()).isEqualTo(0.6, within(1e-9));
        assertThat(scale.high()).isEqualTo(0.85, within(1e-9));
        Scale flat = Scale.rounded(1, 1);
        assertThat(flat.at(1)).isBetween(0.0, 1.0);
        assertThat(Scale.rounded(-7, -7).at(-7)).isBetween(0.0, 1.0);
        assertThat(Scale.linear(3, 3, true).at(3)).isZero();
    }

    @Test
    void ticksAreNamedShortly() {
        assertThat(Scale.name(0.30000000000000004)).isEqualTo("0.3");
        assertThat(Scale.name(20)).isEqualTo("20");
        assertThat(Scale.name(14336)).isEqualTo("14,336");
    }
}

package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedsTest {
    @Test
    void areFixedForever() {
        assertThat(Seeds.derive(0, 0, 0)).isEqualTo(1249383295688599L);
        assertThat(Seeds.derive(-1, 552, 31)).isEqualTo(5501813345819631L);
    }

    @Test
    void differForEveryDrawEvenInTheirLow32Bits() {
        Set<Integer> seen = new HashSet<>();
        for (int prompt = 0; prompt < 60; prompt++) {
            for (int draw = 0; draw < 32; draw++) {
                long seed = Seeds.derive(42, prompt, draw);
                assertThat(seed).isBetween(0L, (1L << 53) - 1);
                // PyTorch's CPU generator looks at no more than these
                assertThat(seen.add((int) seed)).isTrue();
            }
        }
    }
}

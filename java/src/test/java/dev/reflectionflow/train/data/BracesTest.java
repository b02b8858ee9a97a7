package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import org.junit.jupiter.api.Test;

class BracesTest {
    @Test
    void rangesKeepTheirPadding() {
        assertThat(Braces.expand("genref_{0..3}.tar"))
                .containsExactly("genref_0.tar", "genref_1.tar", "genref_2.tar", "genref_3.tar");
        assertThat(Braces.expand("{00008..00010}.tar")).containsExactly("00008.tar", "00009.tar", "00010.tar");
        assertThat(Braces.expand("{2..0}")).containsExactly("2", "1", "0");
        assertThat(Braces.expand("{9..11}")).containsExactly("9", "10", "11");
    }

    @Test
    void listsAndSeveralPairsMultiply() {
        assertThat(Braces.expand("{a,b}/{0..1}.tar")).containsExactly("a/0.tar", "a/1.tar", "b/0.tar", "b/1.tar");
        assertThat(Braces.expand("x{,y}")).containsExactly("x", "xy");
    }

    @Test
    void otherBracesStay() {
        assertThat(Braces.expand("pipe:awk '{print}' {x} {..} {1..}")).hasSize(1);
        assertThat(Braces.expand("plain.tar")).containsExactly("plain.tar");
    }

    @Test
    void endlessRangesAreRefused() {
        assertThatThrownBy(() -> Braces.expand("{0..99999999999}"))
                .isInstanceOf(EngineException.class)
                .hasMessage("{0..99999999999}: a number too large");
        assertThatThrownBy(() -> Braces.expand("{1..1000}{1..1000}")).hasMessageContaining("more than 100000");
    }
}

package dev.reflectionflow.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OutlineTest {
    private static Outline ideal(Shape shape, double turn) {
        return Outline.of(ShapePolygon.of(shape, turn, ShapePolygon.NOTCH));
    }

    @Test
    void anOutlineIsLikeItselfInAnyTurnAndUnlikeOtherShapes() {
        for (Shape one : Shape.values()) {
            for (Shape other : Shape.values()) {
                double likeness = ideal(one, 0).likeness(ideal(other, 0.7));
                if (one == other) {
                    assertThat(likeness).as(one + " turned").isCloseTo(1, within(0.07));
                } else {
                    assertThat(likeness).as(one + " and " + other).isLessThan(0.6);
                }
            }
        }
    }
}

package dev.reflectionflow.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SceneMatchTest {
    private static SceneObject at(Shape shape, SceneColor color, double x, double y) {
        return new SceneObject(Optional.of(shape), Optional.of(color), x, y, 20, 20, 400, 1);
    }

    private static SceneMatch match(String prompt, SceneObject... objects) {
        return SceneMatch.of(ScenePrompt.parse(prompt).orElseThrow(), new Scene(0x808080, List.of(objects)));
    }

    @Test
    void risesWithEveryRequirementThatIsMet() {
        String prompt = "a red circle left of a blue square";
        SceneObject circle = at(Shape.CIRCLE, SceneColor.RED, 30, 60);
        List<Double> values = List.of(
                match(prompt).value(),
                match(prompt, at(Shape.STAR, SceneColor.RED, 90, 60)).value(),
                match(prompt, circle).value(),
                match(prompt, circle, at(Shape.SQUARE, SceneColor.GREEN, 20, 62))
                        .value(),
                match(prompt, circle, at(Shape.SQUARE, SceneColor.BLUE, 20, 62)).value(),
                match(prompt, circle, at(Shape.SQUARE, SceneColor.BLUE, 90, 62)).value());
        assertThat(values).isSorted().doesNotHaveDuplicates();
        assertThat(values.get(values.size() - 1)).isGreaterThan(0.9);
        assertThat(match(prompt, circle).holds()).isFalse();
    }

    @Test
    void prefersTheClearerOfPicturesThatMeetAll() {
        SceneObject star = at(Shape.STAR, SceneColor.BLUE, 30, 30);
        SceneObject blurred =
                new SceneObject(Optional.of(Shape.STAR), Optional.of(SceneColor.BLUE), 30, 30, 20, 20, 400, 0.4);
        assertThat(match("a star", blurred).value()).isCloseTo(0.94, within(1e-9));
        assertThat(match("two stars", star, blurred).value()).isCloseTo(0.94, within(1e-9));
        assertThat(match("a circle", star).value()).isLessThan(0.9);
        SceneObject circle = at(Shape.CIRCLE, SceneColor.RED, 90, 30);
        SceneObject lower = at(Shape.CIRCLE, SceneColor.RED, 90, 50);
        assertThat(match("a star left of a circle", star, circle).value()).isEqualTo(1);
        assertThat(match("a star left of a circle", star, lower).value()).isBetween(0.9, 0.999);
    }

    @Test
    void countsWhatIsTooMuch() {
        SceneObject star = at(Shape.STAR, SceneColor.BLUE, 30, 30);
        SceneMatch match = match("two stars", star, star, star);
        assertThat(match.requirements()).containsEntry("2 star", 1.0).containsEntry("nothing else", 0.5);
        assertThat(match.value()).isCloseTo(0.675, within(1e-9));
    }

    @Test
    void letsEitherOfTwoLikeObjectsStandOnTop() {
        SceneObject high = at(Shape.STAR, SceneColor.BLUE, 30, 20);
        SceneObject low = at(Shape.STAR, SceneColor.RED, 30, 90);
        assertThat(match("a star above a star", low, high).holds()).isTrue();
        assertThat(match("a red star above a blue star", low, high).holds()).isFalse();
        assertThat(match("a circle and a red star", low, at(Shape.CIRCLE, SceneColor.RED, 90, 20))
                        .holds())
                .isTrue();
        assertThat(match("a star and a red star", low, high).holds()).isTrue();
    }

    @Test
    void takesADiagonalForBothItsDirectionsAsGenEvalDoes() {
        SceneObject circle = at(Shape.CIRCLE, SceneColor.RED, 30, 30);
        SceneObject square = at(Shape.SQUARE, SceneColor.RED, 80, 80);
        assertThat(match("a circle left of a square", circle, square).holds()).isTrue();
        assertThat(match("a circle above a square", circle, square).holds()).isTrue();
        assertThat(match("a circle right of a square", circle, square).holds()).isFalse();
        assertThat(match("a circle above a square", circle, at(Shape.SQUARE, SceneColor.RED, 80, 33))
                        .holds())
                .isFalse();
    }
}

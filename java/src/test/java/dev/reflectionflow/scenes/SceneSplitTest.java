package dev.reflectionflow.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SceneSplitTest {
    private static ScenePrompt prompt(String text) {
        return ScenePrompt.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "a red circle left of a blue star, a blue star to the right of one red circle",
        "a star above a square, a square below a star",
        "a red circle and a blue star, one blue star and one red circle",
        "two stars, a picture of 2 stars"
    })
    void promptsThatAskForTheSameMeanTheSame(String one, String other) {
        assertThat(SceneSplit.meaning(prompt(one))).isEqualTo(SceneSplit.meaning(prompt(other)));
        assertThat(SceneSplit.of(prompt(one))).isSameAs(SceneSplit.of(prompt(other)));
    }

    @Test
    void threeColoursOfEachShapeAreNeverShownAlone() {
        for (Shape shape : Shape.values()) {
            long heldOut = java.util.Arrays.stream(SceneColor.values())
                    .filter(color -> SceneSplit.of(prompt("a " + color.word() + " " + shape.word())) == SceneSplit.TEST)
                    .count();
            assertThat(heldOut).as(shape.word()).isEqualTo(3);
            assertThat(SceneSplit.of(prompt("a " + shape.word()))).isSameAs(SceneSplit.TRAIN);
        }
    }
}

package dev.reflectionflow.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenePromptTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a photo of a red circle | 1 red circle",
                "A picture of two blue stars. | 2 blue star",
                "three squares | 3 square",
                "circle | 1 circle",
                "an image of an orange star | 1 orange star",
                "a photo of a star above a triangle | 1 star above 1 triangle",
                "a photo of a red circle left of a blue square | 1 red circle left of 1 blue square",
                "a red circle to the left of the blue square | 1 red circle left of 1 blue square",
                "a star is to the right of a circle | 1 star right of 1 circle",
                "a black star below two white circles | 1 black star below 2 white circle",
                "a photo of a green triangle and a yellow square | 1 green triangle, 1 yellow square",
                "a circle, a square and four purple stars | 1 circle, 1 square, 4 purple star",
            })
    void readsPromptsAboutShapes(String prompt, String words) {
        assertThat(ScenePrompt.parse(prompt).map(ScenePrompt::words)).contains(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a photo of a bench",
                "a photo of a red",
                "a photo of circles",
                "a pink circle",
                "five circles",
                "a red circle above",
                "a red circle and",
                "a circle above a square above a star",
                "a red circle wearing a hat",
                "a photo of a photo of a circle"
            })
    void leavesOtherPromptsAlone(String prompt) {
        assertThat(ScenePrompt.parse(prompt)).isEmpty();
    }

    @Test
    void keepsTheValues() {
        ScenePrompt prompt = ScenePrompt.parse("two red circles below a star").orElseThrow();
        assertThat(prompt.groups())
                .isEqualTo(List.of(
                        new Group(2, Optional.of(SceneColor.RED), Shape.CIRCLE),
                        new Group(1, Optional.empty(), Shape.STAR)));
        assertThat(prompt.relation()).contains(Relation.BELOW);
        assertThat(prompt.count()).isEqualTo(3);
    }
}

package dev.reflectionflow.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.scenes.SceneCritique.Flaw;
import dev.reflectionflow.scenes.SceneCritique.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SceneCritiqueTest {
    private static final Pattern OBJECT = Pattern.compile("([a-z?]+) ([a-z?]+)(?:@(\\d+),(\\d+))?");

    /** Objects such as "blue circle" at the next place of a row; "@x,y" puts one elsewhere, "?" is unclear. */
    private static Scene scene(String objects) {
        List<SceneObject> list = new ArrayList<>();
        Matcher matcher = OBJECT.matcher(objects);
        while (matcher.find()) {
            double x = matcher.group(3) == null ? 20 + 40 * list.size() : Double.parseDouble(matcher.group(3));
            double y = matcher.group(4) == null ? 60 : Double.parseDouble(matcher.group(4));
            Optional<SceneColor> color = SceneColor.ofWord(matcher.group(1));
            list.add(new SceneObject(Shape.ofWord(matcher.group(2)), color, x, y, 20, 20, 400 - list.size(), 1));
        }
        return new Scene(0x808080, list);
    }

    private static SceneCritique critique(String prompt, String objects) {
        return SceneCritique.of(ScenePrompt.parse(prompt).orElseThrow(), scene(objects));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a red circle | red circle | ''",
                "a red circle | '' | Add one red circle.",
                "three stars | blue star | Add two stars.",
                "a circle and two red squares | '' | Add one circle. Add two red squares.",
                "a red circle | red circle; blue square | Remove one blue square.",
                "a red circle | red circle; blue square; blue square; ? star | Remove two blue squares. Remove one star.",
                "a red circle | red circle; ? ? | Remove one object.",
                "a red circle | blue circle | Make the circle red instead of blue.",
                "a red circle | ? circle | Make the circle red.",
                "two red circles | blue circle; blue circle | Make the two circles red instead of blue.",
                "two red circles | red circle; blue circle | Make the blue circle red instead.",
                "a red circle and a blue square | blue circle; red square | "
                        + "Make the circle red instead of blue. Make the square blue instead of red.",
                "a red circle | red square | Turn the red square into a circle.",
                "an orange circle | red square | Turn the red square into an orange circle.",
                "a red circle | ? ? | Turn the object into a red circle.",
                "three stars | red star; red circle; red circle | Turn the two red circles into stars.",
                "a circle and three squares | red circle; red circle; red square; red square | "
                        + "Turn one red circle into a square.",
                "a blue square left of a green star | blue square@90,60; green star@30,60 | "
                        + "Move the blue square to the left of the green star.",
                "a square above two stars | red square@50,90; red star@30,30; red star@70,30 | "
                        + "Move the square above the two stars.",
                "a star above a star | red star@30,60; red star@90,60 | Move one star above the other star.",
                "a red circle right of a star | red star@50,50 | Add one red circle to the right of the star.",
                "a red circle right of a star | red circle@50,50 | Add one star to the left of the red circle.",
                "a star below a square | '' | Add one star. Add one square.",
                "a red star below a square | blue star@30,30; red square@30,90; red circle@90,90 | "
                        + "Make the star red instead of blue. Remove one red circle. Move the red star below the square.",
            })
    void saysWhatToChange(String prompt, String objects, String text) {
        assertThat(critique(prompt, objects).text()).isEqualTo(text);
    }

    @Test
    void namesTheKindOfEachFlaw() {
        assertThat(critique("a red star below a square", "blue star@30,30; red square@30,90; red circle@90,90")
                        .flaws())
                .extracting(Flaw::kind)
                .containsExactly(Kind.COLOR, Kind.EXTRA, Kind.PLACE);
        assertThat(critique("a circle and two stars", "red square").flaws())
                .extracting(Flaw::kind)
                .containsExactly(Kind.MISSING, Kind.SHAPE);
    }

    @Test
    void findsAFlawExactlyWhereARequirementDoesNotHold() {
        List<String> prompts = List.of("two red circles", "a red circle above a blue square", "a star and a circle");
        List<String> kinds = List.of("red circle", "blue square", "? star", "blue circle");
        for (String prompt : prompts) {
            ScenePrompt wanted = ScenePrompt.parse(prompt).orElseThrow();
            for (int code = 0; code < 5 * 5 * 5; code++) {
                StringBuilder objects = new StringBuilder();
                for (int rest = code, i = 0; i < 3; rest /= 5, i++) {
                    objects.append(rest % 5 == 0 ? "" : kinds.get(rest % 5 - 1) + "@30," + (20 + 40 * i) + ";");
                }
                Scene scene = scene(objects.toString());
                assertThat(SceneCritique.of(wanted, scene).flaws().isEmpty())
                        .as("%s: %s", prompt, objects)
                        .isEqualTo(SceneMatch.of(wanted, scene).holds());
            }
        }
    }

    @Test
    void copesWithObjectsThatAreAlikeInEverything() {
        SceneObject star = new SceneObject(Optional.of(Shape.STAR), Optional.of(SceneColor.RED), 9, 9, 5, 5, 25, 1);
        ScenePrompt one = ScenePrompt.parse("a star").orElseThrow();
        assertThat(SceneCritique.of(one, new Scene(0, List.of(star, star, star)))
                        .text())
                .isEqualTo("Remove two red stars.");
    }
}

package dev.reflectionflow.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SceneWordingTest {
    @Property(tries = 500, seed = "4", edgeCases = EdgeCasesMode.NONE)
    void everyWordingReadsBackAsTheSameScene(@ForAll("prompts") ScenePrompt prompt, @ForAll SceneWording wording) {
        assertThat(ScenePrompt.parse(wording.of(prompt))).as(wording.of(prompt)).contains(prompt);
    }

    @Example
    void theWordsAreThoseOfTheModelsPrompts() {
        ScenePrompt prompt =
                ScenePrompt.parse("an orange star left of two squares").orElseThrow();
        assertThat(SceneWording.PLAIN.of(prompt)).isEqualTo("a photo of an orange star left of two squares");
        assertThat(SceneWording.COUNTED_PLACED.of(prompt))
                .isEqualTo("a photo of one orange star to the left of two squares");
        assertThat(SceneWording.BARE.of(
                        ScenePrompt.parse("a circle, 3 red stars").orElseThrow()))
                .isEqualTo("a circle and three red stars");
    }

    @Provide
    Arbitrary<ScenePrompt> prompts() {
        Arbitrary<Group> groups = Combinators.combine(
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.of(SceneColor.class).optional(),
                        Arbitraries.of(Shape.class))
                .as(Group::new);
        Arbitrary<ScenePrompt> lists =
                groups.list().ofMinSize(1).ofMaxSize(4).map(list -> new ScenePrompt(list, Optional.empty()));
        Arbitrary<ScenePrompt> related = Combinators.combine(groups, groups, Arbitraries.of(Relation.class))
                .as((first, second, relation) -> new ScenePrompt(List.of(first, second), Optional.of(relation)));
        return Arbitraries.oneOf(lists, related);
    }
}

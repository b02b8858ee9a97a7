package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.scenes.LabelledScenes;
import dev.reflectionflow.scenes.ScenePrompt;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** B16: reflecting and refining without any service, key or network. */
class SceneAdvisersTest {
    private final List<String> warnings = new ArrayList<>();
    private final SceneVerifier verifier = new SceneVerifier(warnings::add);
    private final SceneReflector reflector = new SceneReflector(warnings::add);
    private final SceneRefiner refiner = new SceneRefiner(warnings::add);

    private Attempt attempt(LabelledScenes.Example example, String currentPrompt) {
        return attempt(example.image(), example.prompt(), currentPrompt);
    }

    private Attempt attempt(RgbImage image, String prompt, String currentPrompt) {
        return new Attempt(image, prompt, currentPrompt, "", verifier.judge(image, prompt, Map.of()));
    }

    @Test
    void adviseExactlyWhereTheVerifierIsNotSatisfied() {
        for (int seed = 5000; seed < 5040; seed++) {
            LabelledScenes.Example example = LabelledScenes.of(seed, 128, seed % 2 == 0);
            Attempt attempt = attempt(example, example.prompt());
            assertThat(attempt.score().satisfied()).as(example.prompt()).isEqualTo(example.holds());
            Advice.Status expected = example.holds() ? Advice.Status.NONE : Advice.Status.GIVEN;
            assertThat(reflector.reflect(attempt).status()).as(example.prompt()).isEqualTo(expected);
            assertThat(refiner.refine(attempt, "").status()).isEqualTo(expected);
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void theRefinedPromptMeansWhatTheUsersDoesAndEachAttemptTriesAnother() {
        for (int seed = 5101; seed < 5141; seed += 2) {
            LabelledScenes.Example example = LabelledScenes.of(seed, 128, false);
            Set<String> tried = new LinkedHashSet<>();
            String current = example.prompt();
            for (int round = 0; round < 5; round++) {
                Advice advice = refiner.refine(attempt(example, current), "Add one red circle.");
                assertThat(refiner.refine(attempt(example, current), "")).isEqualTo(advice);
                assertThat(ScenePrompt.parse(advice.text())).isEqualTo(ScenePrompt.parse(example.prompt()));
                assertThat(advice.text()).isNotEqualTo(current);
                assertThat(tried.add(advice.text()))
                        .as("%s again", advice.text())
                        .isTrue();
                current = advice.text();
            }
        }
    }

    @Test
    void sayOnceThatAPromptCannotBeRead() {
        RgbImage image = LabelledScenes.of(1, 64, true).image();
        for (String prompt : List.of("a photo of a bench", "a photo of a cow")) {
            Attempt attempt = attempt(image, prompt, prompt);
            assertThat(reflector.reflect(attempt).status()).isEqualTo(Advice.Status.NONE);
            assertThat(refiner.refine(attempt, "").explanation()).contains("not a prompt about shapes");
        }
        assertThat(warnings)
                .hasSize(3)
                .allMatch(warning -> warning.contains("a photo of a bench") && !warning.contains("\n"));
    }
}

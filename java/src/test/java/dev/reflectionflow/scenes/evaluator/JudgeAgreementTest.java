package dev.reflectionflow.scenes.evaluator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.scenes.DisturbedRenderer;
import dev.reflectionflow.scenes.FlawSampler;
import dev.reflectionflow.scenes.FlawedSample;
import dev.reflectionflow.scenes.LabelledScenes;
import dev.reflectionflow.scenes.SceneMatch;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneReader;
import dev.reflectionflow.scenes.SceneSplit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What evaluator and scene verifier say of the same thousand renders, blurred and noisy, whose truth is known. */
class JudgeAgreementTest {
    private static final int FIRST = 3_000_000;

    private record Verdicts(boolean truth, boolean evaluator, boolean verifier) {
        static Verdicts of(boolean truth, String text, RgbImage image) {
            ScenePrompt prompt = ScenePrompt.parse(text).orElseThrow();
            return new Verdicts(
                    truth,
                    SceneEvaluator.evaluate(image, prompt).holds(),
                    SceneMatch.of(prompt, SceneReader.read(image)).holds());
        }
    }

    private static Stream<Verdicts> labelled(int seed) {
        LabelledScenes.Example example = LabelledScenes.of(seed, 128, seed % 2 == 0);
        return Stream.of(Verdicts.of(example.holds(), example.prompt(), example.image()));
    }

    private static Stream<Verdicts> flawed(int index) {
        FlawedSample sample = new FlawSampler(9, SceneSplit.TEST).sample(index);
        DisturbedRenderer renderer = new DisturbedRenderer(index, 128);
        String text = sample.good().text();
        return Stream.of(
                Verdicts.of(false, text, renderer.draw(sample.objects())),
                Verdicts.of(true, text, renderer.draw(sample.good().objects())));
    }

    @Test
    void bothAreNearlyAlwaysRightAndAgree() {
        var all = Stream.concat(
                        IntStream.range(FIRST, FIRST + 500).parallel().mapToObj(JudgeAgreementTest::labelled),
                        IntStream.range(FIRST, FIRST + 250).parallel().mapToObj(JudgeAgreementTest::flawed))
                .flatMap(verdicts -> verdicts)
                .toList();
        assertThat(all).hasSize(1000);
        assertThat(all.stream().filter(v -> v.evaluator() == v.truth())).hasSize(1000);
        assertThat(all.stream().filter(v -> v.verifier() == v.truth())).hasSize(996);
        assertThat(all.stream().filter(v -> v.evaluator() == v.verifier())).hasSize(996);
    }
}

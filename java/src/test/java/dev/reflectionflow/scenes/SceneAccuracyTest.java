package dev.reflectionflow.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader's thresholds were set by looking at seeds 0 to 1999 only; the seeds here it has never been shown. */
class SceneAccuracyTest {
    private static final long HELD_OUT = 1_000_000;
    private static final int EXAMPLES = 1000;

    @ParameterizedTest
    @ValueSource(ints = {128, 256})
    void atLeast99PercentOfVerdictsAreRightOnHeldOutScenes(int size) {
        assertThat(wrong(HELD_OUT + size, EXAMPLES, size)).hasSizeLessThanOrEqualTo(EXAMPLES / 100);
    }

    /** The wrong verdicts in words, half of the scenes meeting their prompts. */
    static List<String> wrong(long firstSeed, int examples, int size) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < examples; i++) {
            LabelledScenes.Example example = LabelledScenes.of(firstSeed + i, size, i % 2 == 0);
            Scene scene = SceneReader.read(example.image());
            SceneMatch match = SceneMatch.of(ScenePrompt.parse(example.prompt()).orElseThrow(), scene);
            if (match.holds() != example.holds()) {
                wrong.add((firstSeed + i) + " " + example.prompt() + " (broken: " + example.rule() + "): " + scene.words()
                        + " " + match.requirements());
            }
        }
        return wrong;
    }
}

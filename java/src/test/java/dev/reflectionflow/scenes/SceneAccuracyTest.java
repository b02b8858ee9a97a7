package dev.reflectionflow.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reader's thresholds were set by looking at seeds 0 to 1999 only; the seeds here it has never been shown. */
class SceneAccuracyTest {
    private static final long HELD_OUT = 1_000_000;

    @ParameterizedTest
    @CsvSource({"128, 1000", "256, 100"})
    void atLeast99PercentOfVerdictsAreRightOnHeldOutScenes(int size, int examples) {
        assertThat(wrong(HELD_OUT + size, examples, size)).hasSizeLessThanOrEqualTo(examples / 100);
    }

    /** The wrong verdicts in words, half of the scenes meeting their prompts. */
    static List<String> wrong(long firstSeed, int examples, int size) {
        return IntStream.range(0, examples)
                .parallel()
                .mapToObj(i -> complaint(firstSeed + i, size, i % 2 == 0))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> complaint(long seed, int size, boolean holds) {
        LabelledScenes.Example example = LabelledScenes.of(seed, size, holds);
        Scene scene = SceneReader.read(example.image());
        SceneMatch match = SceneMatch.of(ScenePrompt.parse(example.prompt()).orElseThrow(), scene);
        return match.holds() == holds
                ? Optional.empty()
                : Optional.of(seed + " " + example.prompt() + " (broken: " + example.rule() + "): " + scene.words()
                        + " " + match.requirements());
    }
}

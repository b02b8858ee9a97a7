package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.scenes.LabelledScenes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SceneVerifierTest {
    private final List<String> warnings = new ArrayList<>();
    private final SceneVerifier verifier = new SceneVerifier(warnings::add);

    @Test
    void givesNineTenthsAndMoreToScenesThatMeetTheirPromptAndLessToOthers() {
        for (int seed = 3000; seed < 3020; seed++) {
            LabelledScenes.Example example = LabelledScenes.of(seed, 128, seed % 2 == 0);
            Score score = verifier.judge(example.image(), example.prompt(), Map.of());
            assertThat(score.isScored()).isTrue();
            assertThat(score.value() >= 0.9).as(example.prompt()).isEqualTo(example.holds());
            assertThat(score.satisfied()).isEqualTo(example.holds());
            assertThat(score.value()).isBetween(0.0, 1.0);
            assertThat(score.details()).containsKey("nothing else");
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void saysOnceThatItCannotReadAPromptAndLeavesDrawingOrder() {
        RgbImage image = new RgbImage(16, 16, ByteBuffer.allocate(16 * 16 * 3));
        Score first = verifier.judge(image, "a photo of a bench", Map.of());
        Score second = verifier.judge(image, "a photo of a cow", Map.of());
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("a photo of a bench")
                .doesNotContain("\n");
        assertThat(first.isFailure()).isFalse();
        assertThat(Score.BEST_FIRST.compare(first, second)).isZero();
        assertThat(Score.BEST_FIRST.compare(Score.scored(0, Map.of(), ""), first))
                .isNegative();
    }
}

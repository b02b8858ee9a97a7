package dev.reflectionflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.scenes.FlawSampler;
import dev.reflectionflow.scenes.FlawedSample;
import dev.reflectionflow.scenes.SceneSample;
import dev.reflectionflow.scenes.SceneSampler;
import dev.reflectionflow.scenes.SceneSplit;
import org.junit.jupiter.api.Test;

/** The row that autoencoder, text encoders and transformer learn from: a resumed run must meet the same one. */
class MixedScenesTest {
    private static final long SEED = 3;

    private final MixedScenes scenes = new MixedScenes(SEED);

    @Test
    void oneInFourIsFlawedWithTheReflectionThatMendsIt() {
        FlawSampler flaws = new FlawSampler(SEED, SceneSplit.TRAIN);
        for (long index = 3; index < 20; index += 4) {
            FlawedSample flawed = flaws.sample(index);
            MixedScenes.Example example = scenes.at(index);
            assertThat(example.image())
                    .isEqualTo(flawed.image())
                    .isNotEqualTo(flawed.good().image());
            assertThat(example.sample()).isEqualTo(flawed.good());
            assertThat(example.reflection()).isEqualTo(flawed.reflection()).isNotEmpty();
        }
    }

    @Test
    void theOthersMeetTheirPrompt() {
        SceneSampler good = new SceneSampler(SEED, SceneSplit.TRAIN);
        for (long index : new long[] {0, 1, 2, 4, 5, 6, 8}) {
            SceneSample sample = good.sample(index);
            MixedScenes.Example example = scenes.at(index);
            assertThat(example.sample()).isEqualTo(sample);
            assertThat(example.image()).isEqualTo(sample.image());
            assertThat(example.reflection()).isEmpty();
        }
    }

    @Test
    void aReflectionComesAfterThePrompt() {
        assertThat(MixedScenes.description("a star", "")).isEqualTo("a star");
        assertThat(MixedScenes.description("a star", "Add one star.")).isEqualTo("a star [Reflexion] Add one star.");
    }
}

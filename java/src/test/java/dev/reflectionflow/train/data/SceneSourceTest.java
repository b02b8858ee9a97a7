package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.scenes.SceneMatch;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneReader;
import dev.reflectionflow.scenes.SceneSplit;
import java.util.List;
import org.junit.jupiter.api.Test;

class SceneSourceTest {
    @Test
    void scenesGoOnFromAnyPosition() {
        DataConfig config = config(Drops.PUBLISHED);
        SampleSource source = SampleSources.scenes(config, DataPosition.START);
        Batch first = source.next(0, 5);
        Batch second = source.next(1, 5);
        DataPosition kept = DataPosition.fromJson(first.next().toJson());
        assertThat(SampleSources.scenes(config, kept).next(1, 5)).isEqualTo(second);
        assertThat(second.samples()).doesNotContainAnyElementsOf(first.samples());
    }

    @Test
    void theGoodPictureMeetsThePromptAndTheConditionDoesNot() {
        List<Sample> samples = SampleSources.scenes(config(Drops.NONE), DataPosition.START)
                .next(0, 20)
                .samples();
        for (Sample sample : samples) {
            ScenePrompt prompt = ScenePrompt.parse(sample.prompt()).orElseThrow();
            assertThat(SceneSplit.of(prompt)).isEqualTo(SceneSplit.TRAIN);
            assertThat(SceneMatch.of(prompt, SceneReader.read(sample.image())).holds())
                    .as(sample.prompt())
                    .isTrue();
            assertThat(SceneMatch.of(prompt, SceneReader.read(sample.condition().get()))
                            .holds())
                    .as(sample.prompt())
                    .isFalse();
            assertThat(sample.description()).startsWith(sample.prompt() + " [Reflexion] ");
            assertThat(sample.split()).isEqualTo("rule");
        }
    }

    @Test
    void validationScenesAreHeldOutAndEnd() {
        SampleSource source = SampleSources.validationScenes(config(Drops.PUBLISHED), 7);
        List<Sample> samples = source.next(0, 5).samples();
        assertThat(samples).hasSize(5).allMatch(sample -> sample.description().contains("[Reflexion]"));
        assertThat(samples)
                .allMatch(sample ->
                        SceneSplit.of(ScenePrompt.parse(sample.prompt()).orElseThrow()) == SceneSplit.TEST);
        assertThat(source.next(0, 5).samples()).hasSize(2);
        assertThat(source.next(0, 5).samples()).isEmpty();
    }

    private static DataConfig config(Drops drops) {
        return new DataConfig(List.of(), MixingSchedule.NONE, 128, 128, drops, 1, 0, 5);
    }
}

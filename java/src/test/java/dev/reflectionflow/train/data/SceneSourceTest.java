package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.report.GenRefShard;
import dev.reflectionflow.scenes.FlawSampler;
import dev.reflectionflow.scenes.FlawedSample;
import dev.reflectionflow.scenes.SceneMatch;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneReader;
import dev.reflectionflow.scenes.SceneSplit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneSourceTest {
    @TempDir
    Path folder;

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

    /** What the product writes as shards is what it reads: the same texts, and pictures that JPEG has touched. */
    @Test
    void shardsOfScenesAreReadAsTheScenesThemselves() {
        FlawSampler scenes = new FlawSampler(5, SceneSplit.TRAIN);
        Path shard = folder.resolve(GenRefShard.name(0));
        GenRefShard.write(shard, 0, 4, number -> {
            FlawedSample scene = scenes.sample(number);
            return new GenRefShard.Pair(
                    scene.good().image(),
                    scene.image(),
                    scene.reflection(),
                    scene.good().text(),
                    GenRefShard.RULE);
        });
        DataConfig config =
                new DataConfig(List.of(folder.toString()), MixingSchedule.NONE, 128, 128, Drops.NONE, 10, 0, 5);
        List<Sample> drawn =
                SampleSources.scenes(config, DataPosition.START).next(0, 4).samples();
        List<String> problems = new ArrayList<>();
        try (SampleSource source = SampleSources.validation(config, problems::add)) {
            List<Sample> read = source.next(0, 5).samples();
            assertThat(read).extracting(Sample::description).isEqualTo(descriptions(drawn));
            for (int i = 0; i < 4; i++) {
                assertThat(distance(read.get(i).image(), drawn.get(i).image())).isLessThan(4);
                assertThat(distance(
                                read.get(i).condition().get(),
                                drawn.get(i).condition().get()))
                        .isLessThan(4);
            }
        }
        assertThat(problems).isEmpty();
    }

    private static List<String> descriptions(List<Sample> samples) {
        return samples.stream().map(Sample::description).toList();
    }

    /** Mean difference in grey levels. */
    private static double distance(RgbImage a, RgbImage b) {
        byte[] first = a.toByteArray();
        byte[] second = b.toByteArray();
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += Math.abs((first[i] & 0xff) - (second[i] & 0xff));
        }
        return sum / first.length;
    }

    private static DataConfig config(Drops drops) {
        return new DataConfig(List.of(), MixingSchedule.NONE, 128, 128, drops, 1, 0, 5);
    }
}

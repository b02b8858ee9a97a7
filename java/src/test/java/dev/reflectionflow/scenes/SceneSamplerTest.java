package dev.reflectionflow.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SceneSamplerTest {
    private static final int COUNT = 600;

    @ParameterizedTest
    @EnumSource(SceneSplit.class)
    void everyPictureMeetsItsPromptAndTheReaderSeesThat(SceneSplit split) {
        SceneSampler sampler = new SceneSampler(3, split);
        for (int i = 0; i < COUNT; i++) {
            SceneSample sample = sampler.sample(i);
            List<SceneObject> seen = sample.objects().stream()
                    .map(object -> object.seen(SceneRenderer.SIZE))
                    .toList();
            assertThat(ScenePrompt.parse(sample.text())).contains(sample.prompt());
            assertThat(SceneMatch.of(sample.prompt(), new Scene(0x808080, seen)).holds())
                    .as(sample.text())
                    .isTrue();
            assertThat(SceneMatch.of(sample.prompt(), SceneReader.read(sample.image()))
                            .holds())
                    .as("%d %s", i, sample.text())
                    .isTrue();
        }
    }

    @Test
    void objectsKeepApartAndInsideThePicture() {
        SceneSampler sampler = new SceneSampler(4, SceneSplit.TRAIN);
        for (int i = 0; i < COUNT; i++) {
            List<PlacedObject> objects = sampler.sample(i).objects();
            for (PlacedObject object : objects) {
                assertThat(object.centerX() - object.radius()).isGreaterThan(0.02);
                assertThat(object.centerX() + object.radius()).isLessThan(0.98);
                assertThat(object.centerY() - object.radius()).isGreaterThan(0.02);
                assertThat(object.centerY() + object.radius()).isLessThan(0.98);
                for (PlacedObject other : objects) {
                    double distance =
                            Math.hypot(object.centerX() - other.centerX(), object.centerY() - other.centerY());
                    assertThat(other == object || distance > object.radius() + other.radius() + 0.02)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void trainingAndTestPromptsMeanDifferentThings() {
        Set<String> train = meanings(SceneSplit.TRAIN);
        Set<String> test = meanings(SceneSplit.TEST);
        assertThat(train).isNotEmpty().doesNotContainAnyElementsOf(test);
        assertThat(test).hasSizeGreaterThan(100);
    }

    private static Set<String> meanings(SceneSplit split) {
        SceneSampler sampler = new SceneSampler(5, split);
        Set<String> meanings = new HashSet<>();
        IntStream.range(0, 3 * COUNT)
                .forEach(i -> meanings.add(SceneSplit.meaning(sampler.sample(i).prompt())));
        return meanings;
    }

    @Test
    void everyKindOfPromptEveryShapeAndColourComesUp() {
        Set<SceneTag> tags = EnumSet.noneOf(SceneTag.class);
        Set<Shape> shapes = EnumSet.noneOf(Shape.class);
        Set<SceneColor> colors = EnumSet.noneOf(SceneColor.class);
        SceneSampler sampler = new SceneSampler(6, SceneSplit.TRAIN);
        for (int i = 0; i < 100; i++) {
            SceneSample sample = sampler.sample(i);
            tags.add(sample.tag());
            sample.objects().forEach(object -> {
                shapes.add(object.shape());
                colors.add(object.color());
            });
        }
        assertThat(tags).containsExactly(SceneTag.values());
        assertThat(shapes).containsExactly(Shape.values());
        assertThat(colors).containsExactly(SceneColor.values());
    }

    @Test
    void aSampleDependsOnSeedAndIndexAlone() {
        SceneSampler sampler = new SceneSampler(7, SceneSplit.TRAIN);
        SceneSample first = sampler.sample(41);
        sampler.sample(42);
        assertThat(new SceneSampler(7, SceneSplit.TRAIN).sample(41).image().sha256())
                .isEqualTo(first.image().sha256());
        assertThat(sampler.sample(42).objects()).isNotEqualTo(first.objects());
        assertThat(new SceneSampler(8, SceneSplit.TRAIN).sample(41).objects()).isNotEqualTo(first.objects());
    }
}

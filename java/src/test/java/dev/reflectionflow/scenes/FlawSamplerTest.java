package dev.reflectionflow.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlawSamplerTest {
    private static final int COUNT = 500;

    private static List<FlawedSample> samples() {
        FlawSampler sampler = new FlawSampler(2, SceneSplit.TRAIN);
        return IntStream.range(0, COUNT).mapToObj(sampler::sample).toList();
    }

    @Test
    void thePictureBreaksThePromptAndTheReflectionIsWhatACriticSaysOfItsObjects() {
        for (FlawedSample sample : samples()) {
            Scene seen = new Scene(
                    0x808080,
                    sample.objects().stream()
                            .map(object -> object.seen(SceneRenderer.SIZE))
                            .toList());
            ScenePrompt prompt = sample.good().prompt();
            assertThat(SceneMatch.of(prompt, seen).holds())
                    .as(sample.reflection())
                    .isFalse();
            assertThat(SceneCritique.of(prompt, seen).text())
                    .isEqualTo(sample.reflection())
                    .endsWith(".");
            assertThat(SceneMatch.of(prompt, SceneReader.read(sample.good().image()))
                            .holds())
                    .isTrue();
        }
    }

    /** One flaw touches one object; only a wrong place moves two. */
    @Test
    void objectsWithoutAFlawStayAsTheyAre() {
        for (FlawedSample sample : samples()) {
            if (sample.flaws().size() == 1) {
                Set<PlacedObject> changed = new HashSet<>(sample.good().objects());
                sample.objects().forEach(changed::remove);
                int most = sample.flaws().contains(SceneFlaw.PLACE)
                        ? 2
                        : sample.flaws().contains(SceneFlaw.EXTRA) ? 0 : 1;
                assertThat(changed).as(sample.reflection()).hasSize(most);
            }
        }
    }

    @Test
    void aReaderOfThePixelsMostlySaysTheSame() {
        List<FlawedSample> samples = samples();
        long same = samples.stream()
                .filter(sample -> SceneCritique.of(sample.good().prompt(), SceneReader.read(sample.image()))
                        .text()
                        .equals(sample.reflection()))
                .count();
        assertThat((double) same / samples.size()).isGreaterThan(0.85);
    }

    @Test
    void everyFlawComesUpAlone() {
        Map<SceneFlaw, Integer> alone = new EnumMap<>(SceneFlaw.class);
        for (FlawedSample sample : samples()) {
            if (sample.flaws().size() == 1) {
                sample.flaws().forEach(flaw -> alone.merge(flaw, 1, Integer::sum));
            }
        }
        assertThat(alone.keySet()).containsExactly(SceneFlaw.values());
        assertThat(alone.values()).allMatch(count -> count >= COUNT / 50);
    }

    @Test
    void everyWordIsInTheVocabulary() {
        Set<String> known = new HashSet<>(SceneVocabulary.words());
        for (FlawedSample sample : samples()) {
            String text = sample.good().text() + " " + sample.reflection().replace(".", "");
            assertThat(known).contains(text.split(" "));
        }
    }
}

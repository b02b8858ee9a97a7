package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.GenerationRequest.NoiseStep;
import dev.reflectionflow.image.ImageMetadata;
import dev.reflectionflow.image.PngReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZeroOrderTest extends FlowFixture {
    private static FlowConfigBuilder neighbours(int neighbours) {
        return flow(3, 2).noise(NoiseStrategy.zeroOrder(0.4, neighbours));
    }

    @Test
    void looksAroundTheBestNoiseAndKeepsItUntilANeighbourIsBetter() {
        PromptResult result = search(neighbours(2), Roles.of(TestRoles.scores(0.2, 0.5, 0.7, 0.1, 0.6, 0.4)));
        List<Candidate> all = result.candidates();
        NoiseStep first = new NoiseStep(Seeds.derive(3, 0, 2), 0.4);
        assertThat(all.get(2).request().seed()).isEqualTo(Seeds.derive(3, 0, 1));
        assertThat(all.get(2).request().noiseSteps()).containsExactly(first);
        assertThat(all.get(3).request().noiseSteps()).containsExactly(new NoiseStep(Seeds.derive(3, 0, 3), 0.4));
        assertThat(all.get(4).request().noiseSteps()).containsExactly(first, new NoiseStep(Seeds.derive(3, 0, 4), 0.4));
        assertThat(all.get(5).parent()).contains(all.get(2).key());
        assertThat(result.best().image()).isEqualTo(2);
    }

    @Test
    void branchesMayStartFromSeveralImages() {
        PromptResult result = search(neighbours(1), Roles.of(TestRoles.scores(0.2, 0.5, 0.1, 0.1)));
        assertThat(result.candidates().subList(2, 4))
                .extracting(candidate -> candidate.request().seed())
                .containsExactly(Seeds.derive(3, 0, 1), Seeds.derive(3, 0, 0));
    }

    @Test
    void thePictureTellsItsNoiseSteps() {
        PromptResult result = search(neighbours(2), Roles.of(TestRoles.scores(0.5)));
        Candidate child = result.candidates().get(5);
        ImageMetadata told = ImageMetadata.fromText(child.file(), PngReader.readText(child.file()))
                .orElseThrow();
        assertThat(told.request().noiseSteps())
                .isEqualTo(child.request().noiseSteps())
                .isNotEmpty();
    }

    @Test
    void refusesWhatIsNoNeighbourhood() {
        assertThatThrownBy(() -> NoiseStrategy.zeroOrder(0, 2)).hasMessageContaining("distance");
        assertThatThrownBy(() -> NoiseStrategy.zeroOrder(1.5, 2)).hasMessageContaining("1.5");
        assertThatThrownBy(() -> neighbours(3).build()).hasMessageContaining("3 neighbours");
        assertThatThrownBy(() -> neighbours(2).selection(Selection.APART, false).build())
                .hasMessageContaining("keeps the parent");
    }
}

package dev.reflectionflow.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomModelTest {
    @Test
    void fluxDevHasItsPublishedNumberOfParameters() {
        long parameters = RandomModel.of("flux-dev", DType.BF16).views().values().stream()
                .filter(view -> view.name().startsWith("transformer."))
                .mapToLong(WeightView::elements)
                .sum();
        assertThat(parameters).isEqualTo(11_901_408_320L);
    }

    @Test
    void schnellHasNoGuidance() {
        ModelWeights schnell = RandomModel.of("flux-schnell", DType.BF16);
        assertThat(schnell.transformer().guidance()).isFalse();
        assertThat(schnell.views()).doesNotContainKey("transformer.guidance_in.in.weight");
    }

    @Test
    void scenesIsTheShapeOfTheShippedModel() {
        ModelWeights shipped = ModelWeights.open(ModelFolder.find(null, null));
        ModelWeights random = RandomModel.of("scenes", DType.BF16);
        assertThat(random.transformer()).isEqualTo(shipped.transformer());
        assertThat(random.autoencoder())
                .usingRecursiveComparison()
                .ignoringFields("scalingFactor", "shiftFactor")
                .isEqualTo(shipped.autoencoder());
        assertThat(random.scheduler().dynamicShift())
                .isEqualTo(shipped.scheduler().dynamicShift());
        assertThat(random.defaults().maxSequenceLength())
                .isEqualTo(shipped.defaults().maxSequenceLength());
        assertThat(random.defaults().width()).isEqualTo(shipped.defaults().width());
    }

    @Test
    void blocksCanBeFewer() {
        ModelWeights few = RandomModel.of("flux-dev:2,4", DType.F32);
        assertThat(few.transformer().doubleBlocks()).isEqualTo(2);
        assertThat(few.transformer().singleBlocks()).isEqualTo(4);
        assertThat(few.bytes())
                .isEqualTo(2 * RandomModel.of("flux-dev:2,4", DType.BF16).bytes());
        assertThat(few.hash())
                .isNotEqualTo(RandomModel.of("flux-dev:2,3", DType.F32).hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "flux", "flux-dev:", "flux-dev:2", "flux-dev:2,4,6", "flux-dev:-1,2", "flux-dev:1000,1"})
    void otherShapesAreRefused(String shape) {
        assertThatThrownBy(() -> RandomModel.of(shape, DType.BF16))
                .isInstanceOf(EngineException.class)
                .hasMessage("random weights \"" + shape + "\": there are flux-dev, flux-schnell, scenes, and each with"
                        + " its numbers of blocks, such as flux-dev:2,4")
                .extracting(e -> ((EngineException) e).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
}

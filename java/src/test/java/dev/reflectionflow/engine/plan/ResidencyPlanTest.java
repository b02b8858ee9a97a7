package dev.reflectionflow.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.Golden;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.LoraFile;
import dev.reflectionflow.weights.LoraView;
import dev.reflectionflow.weights.ModelFolder;
import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.RandomModel;
import dev.reflectionflow.weights.TransformerConfig;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidencyPlanTest {
    private static final ModelWeights DEV = RandomModel.withTextEncoders("flux-dev", DType.BF16);
    private static final ModelWeights SMALL = RandomModel.withTextEncoders("scenes", DType.BF16);
    private static final long GIB = 1L << 30;

    private static PlanRequest square(int side, int batch, int condition) {
        return new PlanRequest(side, side, batch, 28, 512, condition, 2, Products.EXACT);
    }

    private static PlanRequest inEightBits(int side, Products products) {
        return new PlanRequest(side, side, 1, 28, 512, 0, 2, products);
    }

    private static ResidencyPlan plan(ModelWeights model, PlanRequest request) {
        return ResidencyPlan.of(model, request, PlanAdditions.NONE);
    }

    private static Stage stage(ResidencyPlan plan, String name) {
        return plan.stages().stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theWeightsOfFluxDevAreThePublishedNumbersOfParameters() {
        WeightBytes weights = plan(DEV, square(1024, 1, 0)).weights();
        assertThat(weights.transformer()).isEqualTo(2 * 11_901_408_320L);
        assertThat(weights.modulation()).isEqualTo(2 * 3_247_448_064L);
        assertThat(weights.t5()).isEqualTo(2 * 4_762_310_656L);
        assertThat(weights.clip()).isEqualTo(2 * 123_060_480L);
        assertThat(weights.autoencoder()).isEqualTo(2 * 83_819_683L);
    }

    @Test
    void float32IsTwiceAsMuch() {
        ResidencyPlan half = plan(DEV, square(512, 1, 0));
        ResidencyPlan full = plan(DEV, new PlanRequest(512, 512, 1, 28, 512, 0, 4, Products.EXACT));
        assertThat(full.weights().all()).isEqualTo(2 * half.weights().all());
        assertThat(full.workspace()).isEqualTo(2 * half.workspace());
    }

    @Test
    void theWorkspaceHasNineteenWidthsOfRowsAndOneForAttention() {
        ResidencyPlan plain = plan(DEV, square(1024, 1, 0));
        assertThat(plain.workspace()).isEqualTo(4608L * 20 * 3072 * 2 + 2 * 4096 * 64 * 2);
        ResidencyPlan corrector = plan(DEV, square(1024, 2, 512));
        assertThat(corrector.workspace()).isEqualTo(2 * (5632L * 20 * 3072 * 2 + 2 * 4096 * 64 * 2));
    }

    @Test
    void modulationTablesHaveARowForEachStepAndOneForTheCondition() {
        long chunks = 2 * 19 * 6 + 38 * 3 + 2;
        assertThat(TransformerMemory.modulationTables(DEV.transformer(), square(1024, 1, 0)))
                .isEqualTo(28 * chunks * 3072 * 2);
        assertThat(TransformerMemory.modulationTables(DEV.transformer(), square(1024, 3, 512)))
                .isEqualTo(3 * (28 * chunks + 19 * 6 + 38 * 3) * 3072 * 2);
    }

    @Test
    void twentyFourGibSufficeForOneImageOf1024WhenOnlyBlocksStay() {
        ResidencyPlan plan = plan(DEV, square(1024, 1, 512));
        assertThat(plan.stages())
                .extracting(Stage::name)
                .containsExactly("encode text", "encode condition", "prepare", "denoise", "decode");
        assertThat(plan.fitting(24 * GIB)).contains(Residency.ONLY_BLOCKS_STAY);
        assertThat(plan.fitting(40 * GIB)).contains(Residency.ALL);
        assertThat(plan.fitting(80 * GIB)).contains(Residency.ALL);
        assertThat(plan.fitting(16 * GIB)).isEmpty();
    }

    @Test
    void stepsDoWithoutTheModulationWeights() {
        ResidencyPlan plan = plan(DEV, square(1024, 1, 0));
        long denoise = plan.needed(stage(plan, "denoise"), Residency.ONLY_BLOCKS_STAY);
        assertThat(denoise)
                .isEqualTo(plan.weights().blocks() + plan.workspace() + plan.tables())
                .isLessThan(17 * GIB);
        assertThat(plan.needed(stage(plan, "denoise"), Residency.TEXT_AND_VAE_LEAVE) - denoise)
                .isEqualTo(plan.weights().modulation());
    }

    @Test
    void whatComesForItsStageIsCountedBesideTheBlocks() {
        ResidencyPlan plan = plan(DEV, square(1024, 1, 512));
        WeightBytes weights = plan.weights();
        // Four matrices of 4096x4096, three of 4096x10240, two norms.
        assertThat(weights.t5Block()).isEqualTo(2L * (4 * 4096 * 4096 + 3 * 4096 * 10240 + 2 * 4096));
        assertThat(weights.textAtOnce()).isEqualTo(weights.t5Block()).isGreaterThan(weights.clip());
        // Six vectors of a double-stream block.
        assertThat(weights.modulationLayer()).isEqualTo(2L * 6 * 3072 * (3072 + 1));
        assertBesideBlocks(plan, "encode text", weights.textAtOnce());
        assertBesideBlocks(plan, "encode condition", weights.autoencoder());
        assertBesideBlocks(plan, "prepare", weights.modulationLayer());
        assertBesideBlocks(plan, "denoise", 0);
        Stage text = stage(plan, "encode text");
        assertThat(plan.needed(text, Residency.TEXT_LEAVES) - text.besides())
                .isEqualTo(weights.transformer() + weights.autoencoder() + weights.textAtOnce());
    }

    private static void assertBesideBlocks(ResidencyPlan plan, String name, long weights) {
        Stage stage = stage(plan, name);
        assertThat(plan.needed(stage, Residency.ONLY_BLOCKS_STAY) - stage.besides())
                .isEqualTo(plan.weights().blocks() + weights);
    }

    @Test
    void theLastRunsTablesStayWhileTheNextIsEncoded() {
        PlanRequest request = square(1024, 2, 512);
        ResidencyPlan plan = plan(DEV, request);
        assertThat(stage(plan, "encode text").besides() - TextMemory.encode(DEV.clip(), DEV.t5(), request))
                .isEqualTo(plan.tables());
        assertThat(stage(plan, "encode condition").besides() - AutoencoderMemory.encode(DEV.autoencoder(), request))
                .isEqualTo(plan.tables());
    }

    @Test
    void eightBitProductsHalveTheBlocksAndLeaveTheRest() {
        ResidencyPlan exact = plan(DEV, square(1024, 1, 0));
        ResidencyPlan fp8 = plan(DEV, inEightBits(1024, Products.FP8));
        WeightBytes whole = exact.weights();
        assertThat((double) fp8.weights().blocks()).isEqualTo(whole.blocks() / 2.0, within(0.02 * whole.blocks()));
        assertThat(fp8.weights().modulation()).isEqualTo(whole.modulation());
        assertThat(fp8.weights().t5()).isEqualTo(whole.t5());
        // Rows of 1 + 1 + 4 + 5 widths in bytes, with a scale for each of the four.
        assertThat(fp8.workspace() - exact.workspace()).isEqualTo(4608L * (11 * 3072 + 4 * 4));
    }

    @Test
    void integersHaveTheSumsOfTheirWidestProductBeside() {
        ResidencyPlan fp8 = plan(DEV, inEightBits(1024, Products.FP8));
        ResidencyPlan int8 = plan(DEV, inEightBits(1024, Products.INT8));
        assertThat(int8.weights()).isEqualTo(fp8.weights());
        assertThat(int8.workspace() - fp8.workspace()).isEqualTo(4608L * 7 * 3072 * 4);
    }

    @Test
    void aCacheOfStepsHasFourBuffersOfImageRowsAndComparesInAFifth() {
        PlanRequest request = square(1024, 2, 512);
        ResidencyPlan cached = ResidencyPlan.of(DEV, request, new PlanAdditions(List.of(), true));
        ResidencyPlan plain = plan(DEV, request);
        assertThat(cached.workspace() - plain.workspace()).isEqualTo(5L * 2 * 4096 * 3072 * 2);
        assertThat(cached.peak(Residency.ALL) - plain.peak(Residency.ALL)).isEqualTo(5L * 2 * 4096 * 3072 * 2);
        assertThat(stage(cached, "prepare")).isEqualTo(stage(plain, "prepare"));
    }

    @Test
    void lorasStayBesideTheBlocksAndNeedNarrowRows() {
        TransformerConfig tiny = ModelWeights.open(
                        ModelFolder.find(Golden.path("tiny-flux-dev").toString(), null))
                .transformer();
        LoraFile lora = LoraFile.open(Golden.path("lora/plain.safetensors"), tiny);
        long elements = lora.views().stream()
                .mapToLong(view -> view.a().elements() + view.b().elements())
                .sum();
        PlanRequest request = square(1024, 1, 512);
        ResidencyPlan plain = plan(DEV, request);
        ResidencyPlan adapted = ResidencyPlan.of(DEV, request, new PlanAdditions(List.of(lora, lora), false));
        assertThat(adapted.loras()).isEqualTo(2 * 2 * elements).isPositive();
        long ranks = lora.views().stream().mapToLong(LoraView::rank).distinct().sum();
        long narrow = 2 * 5632 * ranks * 2;
        assertThat(adapted.workspace() - plain.workspace()).isEqualTo(narrow).isPositive();
        for (Residency residency : Residency.values()) {
            assertThat(adapted.needed(stage(adapted, "prepare"), residency)
                            - plain.needed(stage(plain, "prepare"), residency))
                    .isEqualTo(adapted.loras());
            assertThat(adapted.needed(stage(adapted, "denoise"), residency)
                            - plain.needed(stage(plain, "denoise"), residency))
                    .isEqualTo(adapted.loras() + narrow);
        }
    }

    @Test
    void decodingKeepsTheLastLevelsFourImagesOf128And256Channels() {
        // 256 channels in, 128 out, 128 ahead of a convolution and behind it, and the latents.
        assertThat(AutoencoderMemory.decode(DEV.autoencoder(), square(1024, 1, 0)))
                .isEqualTo((256L + 3 * 128) * 1024 * 1024 * 2 + 16 * 128 * 128 * 2);
    }

    @Test
    void encodingKeepsTheFirstLevelsFourImagesAndTheOneThatIsEncoded() {
        assertThat(AutoencoderMemory.encode(DEV.autoencoder(), square(1024, 1, 512)))
                .isEqualTo((4 * 128 + 3) * 512 * 512 * 2 + 16 * 64 * 64 * 2);
    }

    @Test
    void aboveTheTilesSizeDecodingGrowsByPixelsAlone() {
        long whole = AutoencoderMemory.decode(DEV.autoencoder(), square(2048, 1, 0));
        long tiled = AutoencoderMemory.decode(DEV.autoencoder(), square(4096, 1, 0));
        assertThat(whole).isGreaterThan(4 * GIB);
        assertThat(tiled).isLessThan(whole);
        // Tiles of 192x192 latents, all latents, and the whole image in float32.
        assertThat(tiled - AutoencoderMemory.decode(DEV.autoencoder(), square(1536, 1, 0)))
                .isEqualTo(16L * 512 * 512 * 2 + 4L * 3 * 4096 * 4096);
        assertThat(plan(DEV, square(2048, 1, 0)).tiled()).isFalse();
        assertThat(plan(DEV, new PlanRequest(2064, 16, 1, 28, 512, 0, 2, Products.EXACT))
                        .tiled())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "256, 256", "257, 145", "512, 192", "1024, 231"})
    void tilesAreEqualAndShareAtLeastTheOverlap(int latents, int side) {
        assertThat(AutoencoderMemory.tileSide(latents)).isEqualTo(side);
    }

    @ParameterizedTest
    @CsvSource({"16, 16, 1, 0", "8192, 16, 3, 16", "1360, 768, 2, 1024", "4096, 4096, 1, 4096", "16, 8192, 1023, 512"})
    void awkwardSizesNeedMoreThanSmallerOnesInEveryWay(int width, int height, int batch, int condition) {
        ResidencyPlan plan = plan(DEV, new PlanRequest(width, height, batch, 1, 1, condition, 2, Products.EXACT));
        ResidencyPlan larger = plan(DEV, new PlanRequest(width, height, batch + 1, 2, 2, condition, 2, Products.EXACT));
        for (Residency residency : Residency.values()) {
            assertThat(plan.peak(residency)).isPositive().isLessThanOrEqualTo(larger.peak(residency));
        }
        assertThat(plan.peak(Residency.ALL))
                .isGreaterThanOrEqualTo(plan.weights().all() + plan.workspace() + plan.tables());
        assertThat(Stream.of(Residency.values()).map(plan::peak)).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void theSmallModelFitsAnywhere() {
        PlanRequest request = new PlanRequest(128, 128, 4, 16, 64, 128, 2, Products.EXACT);
        assertThat(plan(SMALL, request).fitting(2 * GIB)).contains(Residency.ALL);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 16, 1, 1, 0, width 100 is not a multiple of 16 from 16 to 8192",
        "16, 0, 1, 1, 0, height 0 is not a multiple of 16 from 16 to 8192",
        "16, 8208, 1, 1, 0, height 8208 is",
        "4096, 4112, 1, 1, 0, 4096x4112 has more than 4096x4096",
        "16, 16, 0, 1, 0, batch size 0 is not from 1 to 1024",
        "16, 16, 1025, 1, 0, batch size 1025 is",
        "16, 16, 1, 0, 0, steps 0 is not from 1 to 1000",
        "16, 16, 1, 1001, 0, steps 1001 is",
        "16, 16, 1, 1, 17, condition size 17 is",
        "16, 16, 1, 1, -16, condition size -16 is"
    })
    void whatCannotBeDrawnCannotBePlanned(
            int width, int height, int batch, int steps, int condition, String complaint) {
        assertThatThrownBy(() -> new PlanRequest(width, height, batch, steps, 1, condition, 2, Products.EXACT))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(complaint)
                .extracting(e -> ((EngineException) e).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
}

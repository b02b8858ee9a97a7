package dev.reflectionflow.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.Execution;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageMetadataTest {
    private static final Path FILE = Path.of("x.png");
    private static final RgbImage CONDITION = new RgbImage(1, 2, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6}));

    @TempDir
    Path folder;

    private static GenerationRequest.Builder request() {
        return GenerationRequest.builder("a \"red\" circle, 東京")
                .size(128, 96)
                .steps(16)
                .guidance(3.5)
                .seed(-42L)
                .maxSequenceLength(32);
    }

    private static ImageMetadata metadata(GenerationRequest request) {
        return ImageMetadata.of(
                request,
                "models/scenes",
                "0123456789abcdef",
                List.of(new ImageMetadata.Lora("style.safetensors", 0.7)),
                Computed.exact("bf16"),
                Map.of("round", "2", "chain", "0-1"));
    }

    @Test
    void howItWasComputedComesBackAndTheUsualGoesWithoutSaying() {
        ImageMetadata usual = metadata(request().build());
        assertThat(usual.toText().get("reflectionflow"))
                .doesNotContain("device", "attention", "performance", "cacheThreshold", "skippedSteps");
        Computed computed = new Computed("bf16", "cuda:1", "fp8", 0.125)
                .with(new Execution("libtorch", "measured", 9, Optional.empty(), 7));
        ImageMetadata other = ImageMetadata.of(request().build(), "m", "0", List.of(), computed, Map.of());
        assertThat(ImageMetadata.fromText(FILE, other.toText()).orElseThrow().computed())
                .isEqualTo(computed);
    }

    @Test
    void aPictureSaysWhetherItIsApproximateAndWhy() {
        Computed exact = Computed.exact("bf16");
        assertThat(exact.approximate()).isFalse();
        assertThat(exact.mode()).isEqualTo("exact");
        assertThat(List.of(computed("fp8", 0), computed("exact", 0.1), computed("int8", 0.1)))
                .allMatch(Computed::approximate)
                .extracting(Computed::mode)
                .containsExactly(
                        "performance mode fp8", "cache threshold 0.1", "performance mode int8, cache threshold 0.1");
    }

    private static Computed computed(String performance, double cacheThreshold) {
        return new Computed("bf16", "cpu", performance, cacheThreshold);
    }

    @Test
    void parametersAreReadableByOtherTools() {
        assertThat(metadata(request().build()).toText().get("parameters"))
                .isEqualTo("a \"red\" circle, 東京\nSteps: 16, Sampler: Euler, CFG scale: 3.5, Seed: -42, Size: 128x96, "
                        + "Model hash: 0123456789, Model: models/scenes");
    }

    @Test
    void aPictureOnDiskGivesBackItsRequest() {
        GenerationRequest request = request().prompt2("for T5 [Reflexion] more").build();
        Path file = folder.resolve("a.png");
        PngWriter.write(CONDITION, metadata(request).toText(), file);
        ImageMetadata read =
                ImageMetadata.fromText(file, PngReader.read(file).text()).orElseThrow();
        assertThat(read).isEqualTo(metadata(request));
        assertThat(read.requestWith(null)).isEqualTo(request);
        assertThat(read.toText()).isEqualTo(metadata(request).toText());
    }

    @Test
    void stepsOfNoiseComeBackInTheirOrder() {
        GenerationRequest request = request()
                .noiseSteps(List.of(
                        new GenerationRequest.NoiseStep(Long.MAX_VALUE, 0.1), new GenerationRequest.NoiseStep(-7, 1)))
                .build();
        Path file = folder.resolve("a.png");
        PngWriter.write(CONDITION, metadata(request).toText(), file);
        ImageMetadata read =
                ImageMetadata.fromText(file, PngReader.read(file).text()).orElseThrow();
        assertThat(read.requestWith(null)).isEqualTo(request);
        assertThat(metadata(request().build()).toText().get("reflectionflow")).doesNotContain("noiseSteps");
    }

    @Test
    void whatAModelDoesNotUseStaysOpen() {
        GenerationRequest request = request()
                .guidance(null)
                .maxSequenceLength(null)
                .prompt2("zwei,\nZeilen")
                .build();
        ImageMetadata read =
                ImageMetadata.fromText(FILE, metadata(request).toText()).orElseThrow();
        assertThat(read).isEqualTo(metadata(request));
        assertThat(read.requestWith(null)).isEqualTo(request);
        assertThat(read.toText().get("parameters"))
                .contains("Sampler: Euler, Seed: -42")
                .doesNotContain("null");
    }

    @RepeatedTest(50)
    void everyRequestComesBack(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        GenerationRequest request = GenerationRequest.builder(text(random))
                .prompt2(random.nextBoolean() ? text(random) : null)
                .size(random.nextInt(1 << 20), random.nextInt(1 << 20))
                .steps(random.nextInt(1 << 20))
                .seed(random.nextLong())
                .guidance(random.nextBoolean() ? random.nextGaussian() * 1e9 : null)
                .maxSequenceLength(random.nextBoolean() ? random.nextInt(512) : null)
                .build();
        Map<String, String> text = metadata(request).toText();
        assertThat(ImageMetadata.fromText(FILE, text).orElseThrow().requestWith(null))
                .isEqualTo(request);
    }

    /** Letters of all kinds, control characters among them; halves of a surrogate pair are no text. */
    private static String text(Random random) {
        return random.ints(40, 0, 0x11000)
                .filter(c -> c < 0xd800 || c > 0xdfff)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void aConditionComesBackWithItsImageOnly() {
        GenerationRequest request = request()
                .condition(new GenerationRequest.Condition(CONDITION, 0.5, false, true, true, 0.25, 2))
                .build();
        ImageMetadata read =
                ImageMetadata.fromText(FILE, metadata(request).toText()).orElseThrow();
        assertThat(read.requestWith(CONDITION)).isEqualTo(request);
        assertThatThrownBy(() -> read.requestWith(null)).hasMessageContaining(CONDITION.sha256());
        RgbImage other = new RgbImage(2, 1, CONDITION.pixels());
        assertThatThrownBy(() -> read.requestWith(other)).hasMessageContaining("condition image of sha256");
    }

    @Test
    void othersPicturesAreNotOurs() {
        assertThat(ImageMetadata.fromText(FILE, Map.of("parameters", "x"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"version\":9}",
                "{\"version\":1}",
                "{\"version\":1,\"request\":{\"prompt\":1},\"loras\":[]}",
                "{\"version\":1,\"request\":{\"prompt\":\"a\",\"width\":\"wide\"},\"loras\":[]}",
                "{\"version\":1,\"request\":{\"prompt\":\"a\",\"width\":16.5},\"loras\":[]}",
                "{\"version\":1,\"request\":{\"prompt\":\"a\",\"width\":99999999999},\"loras\":[]}"
            })
    void damagedJsonIsAnErrorThatNamesTheFile(String json) {
        assertThatThrownBy(() -> ImageMetadata.fromText(FILE, Map.of("reflectionflow", json)))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("x.png: ");
    }
}

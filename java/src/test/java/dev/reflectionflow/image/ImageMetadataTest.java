package dev.reflectionflow.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.GenerationRequest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Positive;
import net.jqwik.api.constraints.WithNull;
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
                "bf16",
                Map.of("round", "2", "chain", "0-1"));
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

    @Property(tries = 200, seed = "11")
    void everyRequestComesBack(
            @ForAll("text") String prompt,
            @ForAll("textOrNone") String prompt2,
            @ForAll long seed,
            @ForAll @WithNull Double guidance,
            @ForAll @Positive int side) {
        GenerationRequest request = GenerationRequest.builder(prompt)
                .prompt2(prompt2)
                .size(side, side / 2)
                .steps(side)
                .seed(seed)
                .guidance(guidance)
                .build();
        Map<String, String> text = metadata(request).toText();
        assertThat(ImageMetadata.fromText(FILE, text).orElseThrow().requestWith(null))
                .isEqualTo(request);
    }

    @Provide
    Arbitrary<String> textOrNone() {
        return text().injectNull(0.3);
    }

    @Provide
    Arbitrary<String> text() {
        return Arbitraries.strings().all().ofMaxLength(40);
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

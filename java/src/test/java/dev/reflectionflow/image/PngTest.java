package dev.reflectionflow.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.Golden;
import dev.reflectionflow.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngTest {
    @TempDir
    Path folder;

    private static RgbImage noise(int width, int height) {
        byte[] pixels = new byte[width * height * 3];
        new Random(width * 31L + height).nextBytes(pixels);
        return new RgbImage(width, height, ByteBuffer.wrap(pixels));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3", "17, 5", "64, 48"})
    void pixelsAndTextComeBackAndOtherReadersAgree(int width, int height) throws IOException {
        RgbImage image = noise(width, height);
        Map<String, String> text = new LinkedHashMap<>();
        text.put("parameters", "a café\nSteps: 4");
        text.put("reflectionflow", "{\"prompt\":\"東京 😀\"}");
        text.put("empty", "");
        Path file = folder.resolve("new").resolve("out.png");
        PngWriter.write(image, text, file);
        PngFile read = PngReader.read(file);
        assertThat(read.image()).isEqualTo(image);
        assertThat(read.text()).containsExactlyEntriesOf(text);
        assertThat(PngReader.readText(file)).isEqualTo(text);
        BufferedImage other = ImageIO.read(file.toFile());
        assertThat(other.getRGB(width - 1, height - 1) & 0xffffff).isEqualTo(image.rgb(width - 1, height - 1));
        assertThat(Files.readAllBytes(file)).isEqualTo(PngWriter.toBytes(image, text));
        try (var entries = Files.list(file.getParent())) {
            assertThat(entries).containsExactly(file);
        }
    }

    @ParameterizedTest
    @CsvSource({"TYPE_INT_ARGB", "TYPE_BYTE_GRAY", "TYPE_BYTE_BINARY", "TYPE_BYTE_INDEXED", "TYPE_USHORT_GRAY"})
    void otherColourTypesBecomeRgb(String type) throws ReflectiveOperationException, IOException {
        BufferedImage image =
                new BufferedImage(4, 1, BufferedImage.class.getField(type).getInt(null));
        image.setRGB(1, 0, 0xffffffff);
        image.setRGB(2, 0, 0x00ffffff);
        Path file = folder.resolve("x.png");
        ImageIO.write(image, "png", file.toFile());
        RgbImage read = PngReader.read(file).image();
        assertThat(read.rgb(0, 0)).isZero();
        assertThat(read.rgb(1, 0)).isEqualTo(0xffffff);
        if (type.equals("TYPE_INT_ARGB")) {
            assertThat(read.rgb(2, 0))
                    .as("transparency is dropped, the colour stays")
                    .isEqualTo(0xffffff);
        }
    }

    @Test
    void everyTruncationIsAnErrorThatNamesTheFile() throws IOException {
        byte[] bytes = PngWriter.toBytes(noise(5, 4), Map.of("k", "v"));
        Path file = folder.resolve("cut.png");
        for (int length = 0; length < bytes.length; length++) {
            Files.write(file, Arrays.copyOf(bytes, length));
            invalid(file);
        }
    }

    @Test
    void damagedBytesNeverEndInAnotherException() throws IOException {
        byte[] bytes = PngWriter.toBytes(noise(5, 4), Map.of("k", "v", "u", "東京"));
        Path file = folder.resolve("damaged.png");
        Random random = new Random(7);
        for (int i = 0; i < 400; i++) {
            byte[] damaged = bytes.clone();
            damaged[8 + random.nextInt(bytes.length - 8)] = (byte) random.nextInt();
            Files.write(file, damaged);
            try {
                PngReader.read(file);
            } catch (EngineException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE);
            }
        }
    }

    @Test
    void whatIsNoPngIsSaidSo() throws IOException {
        assertThatThrownBy(() -> PngReader.read(folder.resolve("none.png")))
                .hasMessageEndingWith("none.png: no such file");
        assertThatThrownBy(() -> PngReader.read(folder)).hasMessageContaining("a folder");
        Path file = Files.writeString(folder.resolve("text.png"), "not an image at all");
        assertThatThrownBy(() -> PngReader.read(file)).hasMessageEndingWith("text.png: not a PNG file");
    }

    @Test
    void rewritingAGoldenImageKeepsItsPixels() throws IOException {
        RgbImage image = PngReader.read(Golden.path("image0.png")).image();
        BufferedImage again = ImageIO.read(new ByteArrayInputStream(PngWriter.toBytes(image, Map.of())));
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                assertThat(again.getRGB(x, y) & 0xffffff).isEqualTo(image.rgb(x, y));
            }
        }
    }

    private static void invalid(Path file) {
        assertThatThrownBy(() -> PngReader.read(file))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                .hasMessageStartingWith(file + ": ");
    }
}

package dev.reflectionflow.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.Golden;
import dev.reflectionflow.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureDecoderTest {
    /** Decoders may round differently; Pillow's and Java's are of one family. */
    @ParameterizedTest
    @ValueSource(strings = {"preprocess", "preprocess-grey"})
    void aJpegIsDecodedAsPillowDoes(String name) throws IOException {
        RgbImage decoded = PictureDecoder.decode(name, Files.readAllBytes(Golden.path(name + ".jpg")));
        RgbImage pillow = PngReader.read(Golden.path(name + "-jpg.png")).image();
        assertThat(decoded.width()).isEqualTo(pillow.width());
        byte[] ours = decoded.toByteArray();
        byte[] theirs = pillow.toByteArray();
        int worst = 0;
        for (int i = 0; i < ours.length; i++) {
            worst = Math.max(worst, Math.abs((ours[i] & 0xff) - (theirs[i] & 0xff)));
        }
        assertThat(worst).isLessThanOrEqualTo(1);
    }

    @Test
    void aJpegThatIsCutOffIsAnErrorAndNotHalfGrey() throws IOException {
        byte[] whole = Files.readAllBytes(Golden.path("preprocess.jpg"));
        for (int length : new int[] {2, 3, 200, 800, whole.length / 2, whole.length - 40}) {
            assertThatThrownBy(() -> PictureDecoder.decode("x.jpg", Arrays.copyOf(whole, length)))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                    .hasMessageStartingWith("x.jpg: ");
        }
    }

    @Test
    void otherFormatsAreSaidSo() {
        assertThatThrownBy(() -> PictureDecoder.decode("x.gif", "GIF89a".getBytes()))
                .hasMessage("x.gif: neither PNG nor JPEG");
    }
}

package dev.reflectionflow.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.Golden;
import dev.reflectionflow.RgbImage;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ResizeTest {
    private static final String FILE = "images.safetensors";

    @Test
    void everyGoldenCaseIsBitEqualToPillow() {
        int cases = 0;
        for (JsonNode one : Golden.json("images.json")) {
            if (!one.has("image")) {
                continue;
            }
            RgbImage image =
                    PngReader.read(Golden.path(one.get("image").asText())).image();
            assertThat(new int[] {image.width(), image.height()})
                    .containsExactly(
                            one.get("size").get(0).asInt(),
                            one.get("size").get(1).asInt());
            int width = one.get("to").get(0).asInt();
            int height = one.get("to").get(1).asInt();
            String tensor = one.get("tensor").asText();
            if (one.get("op").asText().equals("preprocess")) {
                RgbImage small = Resize.toMultipleOf(image, 16);
                assertThat(new int[] {small.width(), small.height()}).containsExactly(width, height);
                Golden.assertClose(FILE, tensor, normalizedPlanes(small), 1e-6);
            } else {
                Resize.Filter filter = Resize.Filter.valueOf(one.get("filter").asText());
                Golden.assertClose(FILE, tensor, floats(Resize.resize(image, width, height, filter)), 0);
            }
            Golden.compared(one.get("image").asText(), "");
            cases++;
        }
        assertThat(cases).isEqualTo(18);
        Golden.compared("images.json", "");
    }

    @Test
    void sameSizeKeepsThePixels() {
        RgbImage image = new RgbImage(2, 1, ByteBuffer.wrap(new byte[] {1, 2, 3, -1, -2, -3}));
        assertThat(Resize.resize(image, 2, 1, Resize.Filter.LANCZOS)).isEqualTo(image);
        assertThatThrownBy(() -> Resize.toMultipleOf(image, 16)).hasMessageContaining("2x1 is smaller than 16");
    }

    private static float[] floats(RgbImage image) {
        byte[] bytes = image.toByteArray();
        float[] values = new float[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i] & 0xff;
        }
        return values;
    }

    /** x / 255 * 2 - 1 in float32, channels first. */
    private static float[] normalizedPlanes(RgbImage image) {
        float[] rgb = floats(image);
        float[] planes = new float[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            planes[i % 3 * (rgb.length / 3) + i / 3] = rgb[i] / 255f * 2f - 1f;
        }
        return planes;
    }
}

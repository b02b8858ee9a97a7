package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.Golden;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The generator against PyTorch's: integers and uniforms exact, normals within the golden file's tolerances. */
class TorchRandomTest {
    private static final String FILE = "noise.safetensors";
    private static final double FLOAT32 = 2e-6;

    @ParameterizedTest
    @CsvSource({
        "0,FLOAT32,f32",
        "1,FLOAT32,f32",
        "42,FLOAT32,f32",
        "2147483646,FLOAT32,f32",
        "0,BFLOAT16,bf16",
        "1,BFLOAT16,bf16",
        "42,BFLOAT16,bf16",
        "2147483646,BFLOAT16,bf16"
    })
    void normalsOfEveryShapeEqualTorch(long seed, TorchRandom.Type type, String name) {
        String prefix = "seed" + seed + "." + name + ".";
        assertNormals(prefix + "1x16x8x8", new TorchRandom(seed).normals(1024, type), type);
        assertNormals(
                prefix + "1x16x128x128",
                Arrays.copyOf(new TorchRandom(seed).normals(16 * 128 * 128, type), 4096),
                type);
        assertNormals(prefix + "1x16x3x5", new TorchRandom(seed).normals(240, type), type);
        assertNormals(prefix + "small", fresh(seed, type, 1, 2, 3, 5, 8, 15), type);
        assertNormals(prefix + "mid", fresh(seed, type, 16, 17, 20, 31, 33), type);
        TorchRandom one = new TorchRandom(seed);
        assertNormals(
                prefix + "sequence",
                concat(
                        one.normals(3, type),
                        one.normals(20, type),
                        one.normals(5, type),
                        one.normals(16, type),
                        one.normals(1, type)),
                type);
        assertNormals(prefix + "latents_64x64", pack(new TorchRandom(seed).normals(16 * 8 * 8, type), 4, 4), type);
        assertNormals(prefix + "latents_96x64", pack(new TorchRandom(seed).normals(16 * 12 * 8, type), 6, 4), type);
    }

    private static void assertNormals(String name, float[] actual, TorchRandom.Type type) {
        if (type == TorchRandom.Type.FLOAT32) {
            Golden.assertClose(FILE, name, actual, FLOAT32);
            return;
        }
        float[] expected = Golden.input(FILE, name).values();
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            int steps = Math.abs(bfloat16Bits(actual[i]) - bfloat16Bits(expected[i]));
            assertThat(steps)
                    .as("%s[%d]: %s and %s", name, i, actual[i], expected[i])
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void integersEqualTorch() {
        TorchRandom random = new TorchRandom(7);
        LongBuffer expected = Golden.view(FILE, "randint").read().asLongBuffer();
        while (expected.hasRemaining()) {
            assertThat(random.nextInteger(0, Integer.MAX_VALUE)).isEqualTo(expected.get());
        }
        Golden.compared(FILE, "randint");
    }

    @Test
    void uniformsEqualTorch() {
        TorchRandom random = new TorchRandom(7);
        float[] actual = new float[40];
        for (int i = 0; i < actual.length; i++) {
            actual[i] = random.nextUniform();
        }
        Golden.assertClose(FILE, "rand", actual, 0);
    }

    @Test
    void integersAndNormalsShareOneStream() {
        TorchRandom random = new TorchRandom(7);
        float[] expected = Golden.input(FILE, "random_then_noise").values();
        float[] integers = new float[3];
        for (int i = 0; i < 3; i++) {
            integers[i] = random.nextInteger(0, Integer.MAX_VALUE);
        }
        assertThat(integers).isEqualTo(Arrays.copyOf(expected, 3));
        float[] normals = random.normals(24, TorchRandom.Type.FLOAT32);
        assertThat(Errors.largest(normals, Arrays.copyOfRange(expected, 3, 27))).isLessThan(FLOAT32);
    }

    private static float[] fresh(long seed, TorchRandom.Type type, int... sizes) {
        float[][] parts = new float[sizes.length][];
        for (int i = 0; i < sizes.length; i++) {
            parts[i] = new TorchRandom(seed).normals(sizes[i], type);
        }
        return concat(parts);
    }

    private static float[] concat(float[]... parts) {
        float[] all =
                new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** (16, 2 rows, 2 columns) to packed (rows * columns, 64). */
    private static float[] pack(float[] latents, int rows, int columns) {
        float[] places = new float[latents.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = i;
        }
        places = TinyNetwork.unpack(places, 1, rows, columns);
        float[] packed = new float[latents.length];
        for (int i = 0; i < latents.length; i++) {
            packed[(int) places[i]] = latents[i];
        }
        return packed;
    }

    private static int bfloat16Bits(float value) {
        int bits = Float.floatToRawIntBits(value) >> 16;
        return bits < 0 ? Short.MIN_VALUE - (short) bits : bits;
    }
}

package dev.reflectionflow.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever the bytes, opening gives a consistent directory or INVALID_FILE, nothing else. */
class SafetensorsFuzzTest {
    private static final byte[] SOUND = read(Golden.path("lora/alphas.safetensors"));

    @Property(tries = 300, seed = "1")
    void mutatedFile(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 4000) Integer> places,
            @ForAll byte value,
            @ForAll @IntRange(max = 1000) int cut) {
        byte[] bytes = Arrays.copyOf(SOUND, SOUND.length - (cut < 500 ? 0 : cut));
        for (int place : places) {
            bytes[place % bytes.length] = value;
        }
        openIsSafe(bytes);
    }

    @Property(tries = 200, seed = "2")
    void randomBytesAfterAPlausibleLength(@ForAll @Size(max = 200) byte[] bytes) {
        ByteBuffer file = ByteBuffer.allocate(8 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        openIsSafe(file.putLong(bytes.length).put(bytes).array());
    }

    @Property(tries = 500, seed = "3")
    void hostileHeader(@ForAll("headers") String header, @ForAll @IntRange(max = 64) int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        openIsSafe(file.putLong(json.length).put(json).array());
    }

    @Provide
    Arbitrary<String> headers() {
        Arbitrary<String> numbers = Arbitraries.of(
                "0",
                "1",
                "2",
                "4",
                "8",
                "16",
                "-1",
                "1e3",
                "0.5",
                "null",
                "\"4\"",
                "[4]",
                "{}",
                "true",
                "9223372036854775807",
                "9223372036854775808",
                "4294967296");
        Arbitrary<String> lists = numbers.list().ofMaxSize(4).map(items -> "[" + String.join(",", items) + "]");
        Arbitrary<String> types = Arbitraries.of("\"F32\"", "\"BF16\"", "\"U8\"", "\"\"", "\"f32\"", "1", "null", "[]");
        Arbitrary<String> names = Arbitraries.of("a", "b", "__metadata__", "", "\\u0000", "\\ud800");
        Arbitrary<String> tensors = Combinators.combine(names, types, lists, lists)
                .as((name, type, shape, offsets) -> "\"" + name + "\":{\"dtype\":" + type + ",\"shape\":" + shape
                        + ",\"data_offsets\":" + offsets + "}");
        Arbitrary<String> nested = Arbitraries.integers().between(1, 3000).map("[{\"a\":"::repeat);
        Arbitrary<String> fields = Arbitraries.oneOf(tensors, nested.map(deep -> "\"a\":" + deep));
        return fields.list().ofMaxSize(3).map(items -> "{" + String.join(",", items) + "}");
    }

    private static void openIsSafe(byte[] bytes) {
        try {
            Path path = Files.createTempFile("fuzz", ".safetensors");
            try {
                Files.write(path, bytes);
                SafetensorsFile file = SafetensorsFile.open(path);
                for (WeightView view : file.tensors().values()) {
                    assertThat(view.offset() + view.byteLength()).isLessThanOrEqualTo(bytes.length);
                    assertThat(view.read().remaining()).isEqualTo((int) view.byteLength());
                }
            } catch (EngineException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE);
                assertThat(e.getMessage())
                        .startsWith(path + ": ")
                        .doesNotContain("\n")
                        .hasSizeLessThan(1000);
            } finally {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] read(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

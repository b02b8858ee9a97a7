package dev.reflectionflow.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.Golden;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
    @TempDir
    Path folder;

    private Path file(String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(
                folder.resolve("t.safetensors"),
                bytes.putLong(json.length).put(json).array());
    }

    @Test
    void readsNamesTypesShapesAndMetadata() {
        SafetensorsFile file = SafetensorsFile.open(Golden.path("lora/metadata.safetensors"));
        WeightView view = file.tensor("transformer.transformer_blocks.0.norm1.linear.lora_B.weight");
        assertThat(view.dtype()).isEqualTo(DType.F32);
        assertThat(view.shape()).containsExactly(384, 4);
        assertThat(view.byteLength()).isEqualTo(384 * 4 * 4);
        assertThat(file.metadata()).containsKey("lora_adapter_metadata").containsEntry("format", "pt");
    }

    @Test
    void whatTheWriterWritesIsReadBackAndEqualInputGivesEqualBytes() throws IOException {
        List<TensorData> tensors = List.of(
                new TensorData(
                        "half", DType.BF16, new long[] {3}, ByteBuffer.wrap(new byte[] {0, 0x40, -128, 0x3f, 0, -64})),
                TensorData.ofFloats("matrix", new float[] {1, -2, 3.5f, 4, 5, 6}, 2, 3),
                TensorData.ofFloats("empty", new float[0], 0, 7));
        Path path = folder.resolve("new folder").resolve("out.safetensors");
        SafetensorsWriter.write(path, tensors, Map.of("prompt", "a \"quoted\" café"));
        SafetensorsFile file = SafetensorsFile.open(path);
        assertThat(file.metadata()).containsExactly(Map.entry("prompt", "a \"quoted\" café"));
        assertThat(file.tensor("half").readFloats()).containsExactly(2f, 1f, -2f);
        assertThat(file.tensor("matrix").readFloats()).containsExactly(1, -2, 3.5f, 4, 5, 6);
        assertThat(file.tensor("matrix").rows("second", 1, 2).readFloats()).containsExactly(4, 5, 6);
        assertThat(file.tensor("empty").readFloats()).isEmpty();
        byte[] first = Files.readAllBytes(path);
        SafetensorsWriter.write(path, tensors, Map.of("prompt", "a \"quoted\" café"));
        assertThat(Files.readAllBytes(path)).isEqualTo(first);
        try (var entries = Files.list(path.getParent())) {
            assertThat(entries).containsExactly(path);
        }
    }

    /** The order of a Map.of is another one in each process. */
    @Test
    void theOrderOfMetadataChangesNoByte() throws IOException {
        Map<String, String> backwards = new LinkedHashMap<>();
        List.of("seed", "prompt", "model").forEach(key -> backwards.put(key, key));
        byte[] first = Files.readAllBytes(written("one", new TreeMap<>(backwards)));
        assertThat(Files.readAllBytes(written("other", backwards))).isEqualTo(first);
    }

    private Path written(String name, Map<String, String> metadata) {
        Path path = folder.resolve(name);
        SafetensorsWriter.write(path, List.of(TensorData.ofFloats("a", new float[] {1}, 1)), metadata);
        return path;
    }

    @Test
    void offsetsBeyondTwoGigabytesAreKept() throws IOException {
        String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[3,1073741824],\"data_offsets\":[0,3221225472]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[3221225472,3221225476]}}";
        Path path = file(header, 0);
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(8 + header.length() + 3221225476L);
            sparse.seek(sparse.length() - 4);
            sparse.writeInt(Integer.reverseBytes(Float.floatToIntBits(0.5f)));
        }
        SafetensorsFile file = SafetensorsFile.open(path);
        assertThat(file.tensor("b").readFloats()).containsExactly(0.5f);
        Invalid.file(() -> file.tensor("a").read()).contains("larger than 2 GB");
    }

    @Test
    void halfPrecisionIsConvertedExactly() {
        ByteBuffer half = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        half.asShortBuffer().put(new short[] {0x3c00, (short) 0xc000, 0x0001, 0x7bff, (short) 0xfc00, 0x0400});
        assertThat(DType.F16.toFloat(half, 0)).isEqualTo(1f);
        assertThat(DType.F16.toFloat(half, 1)).isEqualTo(-2f);
        assertThat(DType.F16.toFloat(half, 2)).isEqualTo(0x1p-24f);
        assertThat(DType.F16.toFloat(half, 3)).isEqualTo(65504f);
        assertThat(DType.F16.toFloat(half, 4)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(DType.F16.toFloat(half, 5)).isEqualTo(0x1p-14f);
    }

    // Each row: header, bytes of data, what the message says.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                              |4|belong to no tensor",
                "[]                                                              |0|does not start with '{'",
                "{} {}                                                           |0|goes on after",
                "{\"a\":1}                                                       |0|a is not an object",
                "{\"a\":{}}                                                      |0|a has no dtype",
                "{\"a\":{\"dtype\":\"F32\"}}                                     |0|a has no shape",
                "{\"a\":{\"dtype\":3,\"shape\":[1],\"data_offsets\":[0,4]}}      |4|not a string",
                "{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}|4|unknown dtype F99",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}|4|non-negative integers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}|4|non-negative integers",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}|4|non-negative",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}  |4|not a list",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}  |4|two data_offsets",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}|4|outside the data",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|4|truncated",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}|4|needs 8 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}|4|can be counted",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}} |2|hole of 1 bytes",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],"
                        + "\"data_offsets\":[1,3]}}|3|b overlaps",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],"
                        + "\"data_offsets\":[0,1]}}|1|Duplicate",
                "{\"__metadata__\":{\"a\":1}}                                    |0|__metadata__.a is not a string",
                "{\"a\":                                                         |0|not valid JSON"
            })
    void refusesBadHeaders(String header, int dataBytes, String message) throws IOException {
        Path path = file(header, dataBytes);
        Invalid.file(() -> SafetensorsFile.open(path)).startsWith(path + ": ").contains(message);
    }

    @Test
    void refusesBadLengthsAndMissingFiles() throws IOException {
        Path path = folder.resolve("x.safetensors");
        Invalid.file(() -> SafetensorsFile.open(path)).contains("no such file");
        Invalid.file(() -> SafetensorsFile.open(folder)).contains("a folder");
        Files.write(path, new byte[7]);
        Invalid.file(() -> SafetensorsFile.open(path)).contains("truncated: 7 bytes");
        Files.write(path, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, '{'});
        Invalid.file(() -> SafetensorsFile.open(path)).contains("18446744073709551615");
        Files.write(path, new byte[] {9, 0, 0, 0, 0, 0, 0, 0, '{'});
        Invalid.file(() -> SafetensorsFile.open(path)).contains("truncated: the header needs 9 bytes");
    }
}

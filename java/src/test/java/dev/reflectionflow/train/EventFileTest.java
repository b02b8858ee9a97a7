package dev.reflectionflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    @TempDir
    Path folder;

    private List<byte[]> records() throws IOException {
        List<byte[]> records = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            ByteBuffer bytes = ByteBuffer.wrap(
                            Files.readAllBytes(files.findFirst().orElseThrow()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                byte[] length = new byte[8];
                bytes.get(length);
                assertThat(bytes.getInt()).isEqualTo(EventFile.maskedCrc(length));
                byte[] data = new byte
                        [(int) ByteBuffer.wrap(length)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getLong()];
                bytes.get(data);
                assertThat(bytes.getInt()).isEqualTo(EventFile.maskedCrc(data));
                records.add(data);
            }
        }
        return records;
    }

    /** The check value of CRC-32C for "123456789" is e3069283; rotated by 15 and masked it is this. */
    @Test
    void checksumsAreMaskedAsTfRecordsAre() {
        int rotated = Integer.rotateRight(0xe3069283, 15);
        assertThat(EventFile.maskedCrc("123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(rotated + 0xa282ead8);
    }

    @Test
    void aNumberIsWrittenAsTensorBoardReadsIt() throws IOException {
        try (EventFile file = new EventFile(folder, 1.0, 301)) {
            file.write(2.0, 300, Map.of("loss", 0.5));
        }
        List<byte[]> records = records();
        assertThat(records).hasSize(3);
        assertThat(new String(records.get(0), StandardCharsets.ISO_8859_1)).endsWith("brain.Event:2");
        // wall time 1.0; step 301; session log {status: START}
        assertThat(HexFormat.of().formatHex(records.get(1))).isEqualTo("09000000000000f03f10ad023a020801");
        // wall time 2.0; step 300; summary {value {tag "loss" simple_value 0.5}}
        assertThat(HexFormat.of().formatHex(records.get(2)))
                .isEqualTo("09000000000000004010ac022a0d0a0b0a046c6f7373150000003f");
    }

    @Test
    void aSecondFileOfTheSameSecondTakesAnotherName() throws IOException {
        new EventFile(folder, 1.0, 1).close();
        new EventFile(folder, 1.0, 1).close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }
}

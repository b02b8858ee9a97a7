package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TarReaderTest {
    private static final String LONG = "folder/".repeat(20) + "ü.txt";

    @Test
    void filesComeInOrderAndOtherEntriesArePassedOver() throws IOException {
        byte[] tar = new TestTar()
                .entry("folder/", '5', new byte[0])
                .file("a.txt", "one")
                .entry("link", '2', new byte[0])
                .file("empty", "")
                .file("folder/b.bin", "x".repeat(1024))
                .bytes();
        assertThat(read(tar)).isEqualTo(Map.of("a.txt", "one", "empty", "", "folder/b.bin", "x".repeat(1024)));
    }

    @Test
    void longNamesOfBothKindsAreRead() throws IOException {
        assertThat(read(new TestTar()
                        .gnuLongName(LONG)
                        .file(LONG, "gnu")
                        .file("b", "")
                        .bytes()))
                .isEqualTo(Map.of(LONG, "gnu", "b", ""));
        assertThat(read(new TestTar()
                        .paxPath(LONG)
                        .file(LONG, "pax")
                        .file("b", "")
                        .bytes()))
                .isEqualTo(Map.of(LONG, "pax", "b", ""));
    }

    @Test
    void filesMayBePassedOverUnread() throws IOException {
        TarReader tar =
                reader(new TestTar().file("a", "long text").file("b", "two").bytes());
        tar.next();
        assertThat(tar.next()).contains(new TarReader.Entry("b", 3));
        assertThat(new String(tar.bytes(), StandardCharsets.UTF_8)).isEqualTo("two");
        assertThat(tar.next()).isEmpty();
    }

    @Test
    void everyTruncationIsAnError() {
        byte[] whole = new TestTar().file("a", "text").file("b", "more").open();
        for (int length = 0; length <= whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(IOException.class).hasMessageNotContaining("null");
        }
    }

    @Test
    void damagedBytesNeverEndInAnotherException() {
        byte[] whole =
                new TestTar().paxPath(LONG).file("a", "text").file("b", "more").bytes();
        Random random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                read(damaged);
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?s).{5,}");
            }
        }
    }

    private static TarReader reader(byte[] tar) {
        return new TarReader(new ByteArrayInputStream(tar));
    }

    private static Map<String, String> read(byte[] bytes) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        try (TarReader tar = reader(bytes)) {
            for (Optional<TarReader.Entry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
                files.put(entry.get().name(), new String(tar.bytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}

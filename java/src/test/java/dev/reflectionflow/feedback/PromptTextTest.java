package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptTextTest {
    @TempDir
    Path folder;

    @Test
    void readsAUsersOwnWords() throws Exception {
        Path file = Files.writeString(folder.resolve("own.txt"), "\n Judge {criteria}. \n");
        assertThat(PromptText.read(file).with("criteria", "x")).isEqualTo("Judge x.");
    }

    @Test
    void namesTheFileAndWhatIsWrongWithIt() throws Exception {
        Path blank = Files.writeString(folder.resolve("blank.txt"), " \n");
        Path bytes = Files.write(folder.resolve("bytes.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 1});
        refused(blank, "no instructions");
        refused(bytes, "UTF-8");
        refused(folder.resolve("gone.txt"), "no such file");
        refused(folder, "cannot be read");
    }

    private static void refused(Path file, String cause) {
        assertThatThrownBy(() -> PromptText.read(file)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE);
            assertThat(e.getMessage()).contains(file.toString(), cause).doesNotContain("\n");
        });
    }
}

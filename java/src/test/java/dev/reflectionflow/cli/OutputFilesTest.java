package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
    @TempDir
    Path folder;

    @Test
    void oneImageTakesTheNameItselfAndThenNumbersFromTwo() {
        Path file = folder.resolve("a.png");
        assertThat(OutputFiles.plan(file, 1, false).take()).isEqualTo(file);
        assertThat(OutputFiles.plan(file, 1, false).take()).isEqualTo(folder.resolve("a-0002.png"));
        assertThat(OutputFiles.plan(file, 1, false).take()).isEqualTo(folder.resolve("a-0003.png"));
    }

    @Test
    void severalImagesAreNumberedFromOneAndPassOverWhatIsThere() throws Exception {
        Files.createFile(folder.resolve("a-0002.png"));
        OutputFiles files = OutputFiles.plan(folder.resolve("a.png"), 3, false);
        assertThat(files.take()).isEqualTo(folder.resolve("a-0001.png"));
        assertThat(files.take()).isEqualTo(folder.resolve("a-0003.png"));
    }

    @Test
    void aFolderIsMadeAndNumberedFromNought() {
        Path made = folder.resolve("new");
        OutputFiles files = OutputFiles.plan(made, 1, false);
        assertThat(made).isDirectory();
        assertThat(files.take()).isEqualTo(made.resolve("0000.png"));
        assertThat(OutputFiles.plan(made, 1, false).take()).isEqualTo(made.resolve("0001.png"));
    }

    @Test
    void aFolderMayBeCalledLikeAPicture() throws Exception {
        Path odd = Files.createDirectory(folder.resolve("odd.png"));
        assertThat(OutputFiles.plan(odd, 1, false).take()).isEqualTo(odd.resolve("0000.png"));
    }

    @Test
    void overwritingUsesTheSameNamesAgain() {
        Path file = folder.resolve("a.png");
        OutputFiles.plan(file, 1, false).take();
        assertThat(OutputFiles.plan(file, 1, true).take()).isEqualTo(file);
    }

    @Test
    void refusesWhatCannotBeWritten() throws Exception {
        assertThatThrownBy(() -> OutputFiles.plan(folder.resolve("no/a.png"), 1, false))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                .hasMessageContaining("no such folder");
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> OutputFiles.plan(file, 1, false)).hasMessageContaining("no such folder");
        assertThatThrownBy(() -> OutputFiles.plan(folder.resolve("a.jpg"), 1, false))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining(".png only");
    }
}

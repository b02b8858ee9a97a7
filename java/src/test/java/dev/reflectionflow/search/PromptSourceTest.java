package dev.reflectionflow.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptSourceTest {
    @TempDir
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void readsALineAPrompt() throws IOException {
        Path file = write("p.txt", "\uFEFFa star\r\n\n  # two circles \na square");
        assertThat(PromptSource.read(file))
                .containsExactly(
                        SearchPrompt.of(0, "a star"),
                        SearchPrompt.of(1, "# two circles"),
                        SearchPrompt.of(2, "a square"));
    }

    @Test
    void keepsEveryFieldOfAGenEvalRowInItsOrder() throws IOException {
        Path file = write(
                "p.jsonl",
                "{\"tag\": \"x\", \"include\": [{\"class\": \"cow\", \"count\": 1}], \"prompt\": \"a cow\"}\n\n{\"prompt\": \"b\"}\n");
        List<SearchPrompt> prompts = PromptSource.read(file);
        assertThat(prompts).extracting(SearchPrompt::text).containsExactly("a cow", "b");
        assertThat(prompts.get(0).metadata().toString())
                .isEqualTo("{tag=x, include=[{class=cow, count=1}], prompt=a cow}");
        assertThat(prompts.get(1).index()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"prompt\": \"a\"}\\n{\"prompt | line 2",
                "{\"tag\": \"a\"} | line 1",
                "[1] | line 1",
                "null | line 1",
                "{\"prompt\": 3} | line 1",
                "{\"prompt\": \"a\"} {} | line 1",
                "\\n | no prompt"
            })
    void namesFileAndLineOfABadRow(String text, String words) throws IOException {
        Path file = write("bad.jsonl", text.replace("\\n", "\n"));
        assertError(() -> PromptSource.read(file), ErrorCode.INVALID_FILE, words);
        assertError(() -> PromptSource.read(file), ErrorCode.INVALID_FILE, "bad.jsonl");
    }

    @Test
    void namesFilesThatItCannotRead() throws IOException {
        assertError(() -> PromptSource.read(folder.resolve("none.txt")), ErrorCode.INVALID_FILE, "no such file");
        Path odd = write("p.csv", "a");
        assertError(() -> PromptSource.read(odd), ErrorCode.INVALID_FILE, ".txt or .jsonl");
        Path latin = Files.write(folder.resolve("l.txt"), new byte[] {(byte) 0xe9, 'a'});
        assertError(() -> PromptSource.read(latin), ErrorCode.INVALID_FILE, "UTF-8");
        assertError(() -> PromptSource.of(" "), ErrorCode.INVALID_ARGUMENT, "empty");
    }

    @Test
    void slicesWithoutRenumbering() {
        List<SearchPrompt> prompts = List.of(SearchPrompt.of(0, "a"), SearchPrompt.of(1, "b"), SearchPrompt.of(2, "c"));
        assertThat(PromptSource.slice(prompts, 1, -1))
                .extracting(SearchPrompt::index)
                .containsExactly(1, 2);
        assertThat(PromptSource.slice(prompts, 0, 1))
                .extracting(SearchPrompt::index)
                .containsExactly(0);
        assertThat(PromptSource.slice(prompts, 2, 99)).hasSize(1);
        assertError(() -> PromptSource.slice(prompts, 3, -1), ErrorCode.INVALID_ARGUMENT, "3");
        assertError(() -> PromptSource.slice(prompts, -1, 2), ErrorCode.INVALID_ARGUMENT, "-1");
    }

    @Test
    void makesARowForAPlainPrompt() {
        assertThat(PromptSource.of("a star").get(0).metadata()).isEqualTo(Map.of("prompt", "a star"));
    }

    private static void assertError(ThrowingCallable call, ErrorCode code, String words) {
        assertThatThrownBy(call).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.getMessage()).contains(words).doesNotContain("\n");
        });
    }
}

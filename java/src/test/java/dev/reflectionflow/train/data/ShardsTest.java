package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardsTest {
    @TempDir
    Path folder;

    @BeforeEach
    void shards() throws IOException {
        for (String name : new String[] {"g_10.tar", "g_9.tar", "g_1.tar", ".g_8.tar", "notes.txt"}) {
            Files.createFile(folder.resolve(name));
        }
        Files.createDirectory(folder.resolve("folder.tar"));
    }

    /** T6: the released loader takes what glob gives in the file system's order, so that two machines may disagree. */
    @Test
    void foldersAndWildcardsAreSorted() {
        assertThat(names(folder.toString())).containsExactly("g_1.tar", "g_10.tar", "g_9.tar");
        assertThat(names(folder + "/g_?.tar")).containsExactly("g_1.tar", "g_9.tar");
        assertThat(names(folder + "/g_{9..10}.tar")).containsExactly("g_9.tar", "g_10.tar");
    }

    /** T6: in the released loader a pattern that matches nothing is an empty list, and training never starts. */
    @Test
    void aPatternWithoutAMatchIsAnErrorThatNamesIt() {
        invalid(folder + "/none_*.tar", "none_*.tar: no such shard");
        invalid(folder + "/g_{9..11}.tar", "g_11.tar: no such shard, named by " + folder + "/g_{9..11}.tar");
        invalid(folder + "/nowhere/*.tar", "nowhere/*.tar: no such shard");
        invalid(folder + "/[.tar", "[.tar: ");
        assertThatThrownBy(() -> Shards.find(List.of())).hasMessageContaining("no shards are named");
    }

    /** T6: the released loader takes every path without https:// in it for a wildcard. */
    @Test
    void addressesAreSentToACommand() {
        invalid("https://host/x_{0..1}.tar", "https://host/x_0.tar: name a command that fetches it: pipe:curl");
        assertThat(Shards.find(List.of("pipe:curl -s -f -L https://host/x_{0..2}.tar")))
                .hasSize(3);
    }

    private List<String> names(String pattern) {
        return Shards.find(List.of(pattern)).stream()
                .map(shard -> Path.of(shard.name()).getFileName().toString())
                .toList();
    }

    private static void invalid(String pattern, String message) {
        assertThatThrownBy(() -> Shards.find(List.of(pattern)))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                .hasMessageContaining(message);
    }
}

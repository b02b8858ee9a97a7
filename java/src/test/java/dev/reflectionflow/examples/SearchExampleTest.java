package dev.reflectionflow.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.Golden;
import dev.reflectionflow.search.Candidate;
import dev.reflectionflow.search.DrawingSettings;
import dev.reflectionflow.search.PromptResult;
import dev.reflectionflow.search.SearchResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchExampleTest {
    private static final Path HERE = Path.of(System.getProperty("user.dir"))
            .resolve("src/test/java/dev/reflectionflow/examples/SearchExample.java");
    private static final Path README = Path.of(System.getProperty("user.dir")).resolve("../README.md");

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();

    private SearchResult search() {
        return SearchExample.search(
                Golden.path("tiny-flux-dev").toString(),
                Golden.path("lora/plain.safetensors"),
                new DrawingSettings(64, 64, 2, null, null),
                folder,
                stop,
                log::add);
    }

    @Test
    void reflectsCorrectsAndReturnsValues() {
        PromptResult result = search().prompts().get(0);
        assertThat(result.candidates()).hasSize(8);
        assertThat(result.budget().images()).isEqualTo(8);
        List<Candidate> corrections = result.candidates().stream()
                .filter(candidate -> !candidate.reflection().isEmpty())
                .toList();
        assertThat(corrections).isNotEmpty().allSatisfy(candidate -> {
            assertThat(candidate.parent()).isPresent();
            assertThat(candidate.request().condition()).isNotNull();
            assertThat(candidate.file()).exists();
        });
        assertThat(log)
                .anyMatch(line -> line.contains("Move the red circle to the left of the blue square."))
                .anyMatch(line -> line.startsWith("8 images"));
    }

    @Test
    void endsWhenToldAndGoesOnFromThere() {
        stop.set(true);
        assertThatThrownBy(this::search)
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        stop.set(false);
        assertThat(search().prompts().get(0).candidates()).hasSize(8);
    }

    @Test
    void isWhatTheReadmeShows() throws IOException {
        String source = Files.readString(HERE);
        String shown = source.substring(
                        source.indexOf("// README begins\n") + "// README begins\n".length(),
                        source.indexOf("        // README ends"))
                .lines()
                .filter(line -> !line.strip().equals("return result;"))
                .map(line -> line.replaceFirst("^ {8}", ""))
                .collect(Collectors.joining("\n"));
        assertThat(Files.readString(README)).contains(shown);
    }
}

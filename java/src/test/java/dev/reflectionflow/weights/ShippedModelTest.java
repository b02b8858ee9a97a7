package dev.reflectionflow.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedModelTest {
    private static final Map<String, String> FILES =
            Map.of("model_index.json", "{}", "transformer/config.json", "{\"a\": 1}", "vae/weights", "12345");

    @TempDir
    private Path temporary;

    private Path cache() {
        return temporary.resolve("cache");
    }

    private URL jar(String name, Map<String, String> files) throws IOException {
        Path jar = temporary.resolve(name);
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry("models/scenes/" + file.getKey());
                entry.setTime(1_000_000_000_000L);
                zip.putNextEntry(entry);
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return new URL("jar:" + jar.toUri() + "!/models/scenes/model_index.json");
    }

    private List<Path> unpacked() throws IOException {
        try (Stream<Path> folders = Files.list(cache().resolve("reflectionflow/models"))) {
            return folders.toList();
        }
    }

    @Test
    void aFolderOnTheClassPathIsUsedWhereItIs() {
        Path folder = ShippedModel.folder();
        assertThat(folder.resolve("model_index.json")).exists();
        assertThat(folder.resolve("transformer/config.json")).exists();
        assertThat(folder).isEqualTo(ShippedModel.folder());
    }

    @Test
    void aModelInAJarIsUnpackedOnce() throws IOException {
        URL index = jar("a model.jar", FILES);
        Path folder = ShippedModel.folder(index, cache());
        assertThat(folder.getParent()).isEqualTo(cache().resolve("reflectionflow/models"));
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            assertThat(folder.resolve(file.getKey())).hasContent(file.getValue());
        }
        Files.writeString(folder.resolve("mark"), "still the first copy");
        assertThat(ShippedModel.folder(index, cache())).isEqualTo(folder);
        assertThat(folder.resolve("mark")).exists();
        assertThat(unpacked()).containsExactly(folder);
    }

    @Test
    void anotherVersionHasAnotherFolder() throws IOException {
        Path first = ShippedModel.folder(jar("a.jar", FILES), cache());
        Path second = ShippedModel.folder(jar("b.jar", Map.of("model_index.json", "{ }")), cache());
        assertThat(unpacked()).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void aCacheThatCannotBeWrittenIsNamed() throws IOException {
        Files.writeString(cache(), "a file in the way");
        URL index = jar("a.jar", FILES);
        assertThatThrownBy(() -> ShippedModel.folder(index, cache()))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(cache() + "/reflectionflow/models: the shipped model cannot be unpacked: ")
                .hasMessageNotContaining("\n");
    }
}

package dev.reflectionflow.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
    private static final String ID = "black-forest-labs/FLUX.1-dev";
    private static final Path DEV = Golden.path("tiny-flux-dev");

    @TempDir
    Path folder;

    private ModelFolder with(String variable, Path value) {
        return new ModelFolder(Map.of(
                variable, value.toString(), "HOME", folder.resolve("home").toString()));
    }

    private static Path link(Path link, Path target) throws IOException {
        Files.createDirectories(link.getParent());
        return Files.createSymbolicLink(link, target);
    }

    /** A cache with one snapshot that is the tiny model. */
    private Path cache(Path hub) throws IOException {
        Path model = hub.resolve("models--black-forest-labs--FLUX.1-dev");
        Files.createDirectories(model.resolve("refs"));
        Files.writeString(model.resolve("refs").resolve("main"), "0123abcd\n");
        return link(model.resolve("snapshots").resolve("0123abcd"), DEV);
    }

    @Test
    void folderIsTakenAsItIs() {
        ModelFiles files = with("HF_HOME", folder).resolve(DEV.toString(), null);
        assertThat(files.transformer()).isEqualTo(DEV.resolve("transformer"));
        assertThat(files.autoencoder()).isEqualTo(DEV.resolve("vae"));
        assertThat(files.t5Tokenizer()).isEqualTo(DEV.resolve("tokenizer_2"));
    }

    @Test
    void idIsFoundWhereTheEnvironmentSays() throws IOException {
        Path snapshot = cache(folder.resolve("a"));
        assertThat(with("HF_HUB_CACHE", folder.resolve("a")).resolve(ID, null).base())
                .isEqualTo(snapshot);
        snapshot = cache(folder.resolve("b").resolve("hub"));
        assertThat(with("HF_HOME", folder.resolve("b")).resolve(ID, null).base())
                .isEqualTo(snapshot);
        snapshot = cache(folder.resolve("c").resolve("huggingface").resolve("hub"));
        assertThat(with("XDG_CACHE_HOME", folder.resolve("c")).resolve(ID, null).base())
                .isEqualTo(snapshot);
        snapshot = cache(
                folder.resolve("home").resolve(".cache").resolve("huggingface").resolve("hub"));
        assertThat(with("UNRELATED", folder).resolve(ID, null).base()).isEqualTo(snapshot);
    }

    @Test
    void revisionIsARefOrACommit() throws IOException {
        Path snapshot = cache(folder);
        Path refs = snapshot.getParent().resolveSibling("refs").resolve("refs").resolve("pr");
        Files.createDirectories(refs);
        Files.writeString(refs.resolve("1"), "0123abcd");
        ModelFolder finder = with("HF_HUB_CACHE", folder);
        assertThat(finder.resolve(ID + "@0123abcd", null).base()).isEqualTo(snapshot);
        assertThat(finder.resolve(ID + "@refs/pr/1", null).base()).isEqualTo(snapshot);
        Invalid.file(() -> finder.resolve(ID + "@v2", null)).contains("--revision v2");
        Files.writeString(snapshot.getParent().resolveSibling("refs").resolve("main"), "../../../etc");
        Invalid.file(() -> finder.resolve(ID, null)).contains("does not hold the name of a snapshot");
    }

    @Test
    void whatIsMissingIsSaidWithWhereAndHow() {
        ModelFolder finder = with("HF_HUB_CACHE", folder);
        Invalid.file(() -> finder.resolve(ID, null))
                .contains(
                        folder.resolve("models--black-forest-labs--FLUX.1-dev").toString())
                .contains("huggingface-cli download " + ID)
                .contains("licence");
        Invalid.file(() -> finder.resolve("no/such/folder", null)).contains("no such folder or file");
        Invalid.file(() -> finder.resolve("a/../b", null)).contains("no such folder or file");
        Invalid.file(() -> finder.resolve("", null)).contains("no such folder or file");
        Invalid.file(() -> finder.resolve("a\u0000b", null)).contains("no such folder or file");
        Invalid.file(() -> finder.resolve(folder.toString(), null))
                .contains("missing text_encoder, text_encoder_2, tokenizer, tokenizer_2, scheduler, transformer, vae");
    }

    @Test
    void singleFileTakesTheRestFromTheComponents() throws IOException {
        Path bfl = Golden.path("tiny-flux-dev-bfl.safetensors");
        ModelFolder finder = with("HF_HUB_CACHE", folder.resolve("hub"));
        Invalid.file(() -> finder.resolve(bfl.toString(), null))
                .contains("--components DIR")
                .contains("hub");
        ModelWeights model = ModelWeights.open(finder.resolve(bfl.toString(), DEV));
        assertThat(model.files().autoencoder()).isEqualTo(DEV.resolve("vae"));
        assertThat(model.transformer()).isEqualTo(TransformerConfig.read(DEV.resolve("transformer/config.json")));

        Path file = link(folder.resolve("m").resolve("flux1-dev.safetensors"), bfl);
        Path beside = link(folder.resolve("m").resolve("ae.safetensors"), Golden.path("tiny-ae-bfl.safetensors"));
        cache(folder.resolve("hub"));
        ModelWeights cached = ModelWeights.open(finder.resolve(file.toString(), null));
        assertThat(cached.files().autoencoder()).isEqualTo(beside.toAbsolutePath());
        assertThat(cached.views().keySet()).isEqualTo(model.views().keySet());
    }

    @Test
    void hashFollowsTheBytesNotThePlace() throws IOException {
        String hash = ModelWeights.open(ModelFolder.find(DEV.toString(), null)).hash();
        Path copy = folder.resolve("copy");
        try (Stream<Path> files = Files.walk(DEV)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(DEV.relativize(file).toString()));
            }
        }
        assertThat(hash).matches("[0-9a-f]{64}");
        assertThat(ModelWeights.open(ModelFolder.find(copy.toString(), null)).hash())
                .isEqualTo(hash);
        Path weights = copy.resolve("vae").resolve("diffusion_pytorch_model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertThat(ModelWeights.open(ModelFolder.find(copy.toString(), null)).hash())
                .isNotEqualTo(hash);
    }

    @Test
    void largeFilesAreSampled() throws IOException {
        Path large = folder.resolve("large.bin");
        try (var file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(200L << 20);
            String hash = new ModelHash().file("x", large).hex();
            file.seek((200L << 20) - 1);
            file.write(1);
            assertThat(new ModelHash().file("x", large).hex()).isNotEqualTo(hash);
        }
    }
}

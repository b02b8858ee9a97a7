package dev.reflectionflow.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One network stored in different layouts gives the same views, bit for bit. */
class CheckpointParityTest {
    private static final Path DEV = Golden.path("tiny-flux-dev");

    @TempDir
    Path folder;

    private static Map<String, WeightView> transformer(String component, boolean single) {
        Path path = Golden.path(component);
        ComponentFiles files = ComponentFiles.open(path);
        TransformerConfig config = single
                ? InferredConfig.transformer(path, files.tensors(), DEV)
                : TransformerConfig.read(path.resolve("config.json"));
        return CheckpointNames.transformer(path, files.tensors(), config);
    }

    private static void assertSameBits(Map<String, WeightView> actual, Map<String, WeightView> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((name, view) -> {
            assertThat(view.shape()).as(name).isEqualTo(expected.get(name).shape());
            assertThat(view.dtype()).as(name).isEqualTo(expected.get(name).dtype());
            assertThat(view.read()).as(name).isEqualTo(expected.get(name).read());
        });
    }

    @Test
    void wholeModelsOpen() {
        for (String name : new String[] {"tiny-flux-dev", "tiny-flux-schnell"}) {
            ModelWeights model =
                    ModelWeights.open(ModelFolder.find(Golden.path(name).toString(), null));
            assertThat(model.views())
                    .containsKeys(
                            "clip.blocks.1.down.bias",
                            "t5.relative_bias.weight",
                            "transformer.final.shift.weight",
                            "vae.decoder.up.1.resnets.0.shortcut.weight",
                            "vae.encoder.down.0.downsample.bias");
            assertThat(model.transformer().guidance()).isEqualTo(name.endsWith("dev"));
            assertThat(model.weightFiles()).hasSize(name.endsWith("dev") ? 5 : 4);
            Golden.compared(name + "/", "");
        }
    }

    @Test
    void shardsEqualTheSingleFile() {
        assertSameBits(
                transformer("tiny-flux-dev-sharded/transformer", false),
                transformer("tiny-flux-dev/transformer", false));
        Golden.compared("tiny-flux-dev-sharded/transformer/", "");
    }

    /** The single file was rounded by PyTorch, the folder by the tests. */
    @Test
    void bflSingleFileEqualsTheBfloat16Folder() {
        assertSameBits(
                transformer("tiny-flux-dev-bfl.safetensors", true),
                transformer("tiny-flux-dev-bf16/transformer", false));
        Golden.compared("tiny-flux-dev-bfl.safetensors", "");
        Golden.compared("tiny-flux-dev-bf16/transformer/", "");
    }

    @Test
    void bflConfigurationIsReadOffTheTensors() {
        Path path = Golden.path("tiny-flux-dev-bfl.safetensors");
        assertThat(InferredConfig.transformer(path, SafetensorsFile.open(path).tensors(), DEV))
                .isEqualTo(TransformerConfig.read(DEV.resolve("transformer/config.json")));
    }

    @Test
    void bflAutoencoderEqualsTheFolder() {
        AutoencoderConfig config = AutoencoderConfig.read(DEV.resolve("vae/config.json"));
        Path bfl = Golden.path("tiny-ae-bfl.safetensors");
        assertSameBits(
                CheckpointNames.autoencoder(bfl, SafetensorsFile.open(bfl).tensors(), config),
                CheckpointNames.autoencoder(
                        bfl, ComponentFiles.open(DEV.resolve("vae")).tensors(), config));
        Golden.compared("tiny-ae-bfl.safetensors", "");
    }

    @Test
    void unknownMissingAndMisshapenTensorsAreNamed() {
        Path path = Golden.path("tiny-flux-dev-bfl.safetensors");
        TransformerConfig config = TransformerConfig.read(DEV.resolve("transformer/config.json"));
        Map<String, WeightView> stored =
                new LinkedHashMap<>(SafetensorsFile.open(path).tensors());
        WeightView removed = stored.remove("img_in.bias");
        Invalid.file(() -> CheckpointNames.transformer(path, stored, config))
                .contains("1 missing tensor: transformer.image_in.bias");
        stored.put("strange.weight", removed);
        Invalid.file(() -> CheckpointNames.transformer(path, stored, config))
                .contains("1 unknown tensor: strange.weight");
        stored.remove("strange.weight");
        stored.put("img_in.bias", removed.rows("img_in.bias", 0, 63));
        Invalid.file(() -> CheckpointNames.transformer(path, stored, config)).contains("has shape [63]");
        stored.put("img_in.bias", new WeightView("img_in.bias", path, 0, DType.F64, new long[] {64}));
        Invalid.file(() -> CheckpointNames.transformer(path, stored, config)).contains("only F32, BF16 and F16");
    }

    @Test
    void indexMayOnlyNameFilesBesideIt() throws IOException {
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"weight_map\":{\"a\":\"../../secret.safetensors\"}}");
        Invalid.file(() -> ComponentFiles.open(folder)).contains("weight_map.a is not the name");
        Files.writeString(
                folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"a\":\"m-1.safetensors\"}}");
        Invalid.file(() -> ComponentFiles.open(folder)).contains("no such file");
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":[]}");
        Invalid.file(() -> ComponentFiles.open(folder)).contains("weight_map");
    }
}

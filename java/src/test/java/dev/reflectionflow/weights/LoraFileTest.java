package dev.reflectionflow.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoraFileTest {
    private static final ModelWeights MODEL =
            ModelWeights.open(ModelFolder.find(Golden.path("tiny-flux-dev").toString(), null));

    @TempDir
    Path folder;

    private LoraFile write(TensorData... tensors) {
        Path path = folder.resolve("lora.safetensors");
        SafetensorsWriter.write(path, List.of(tensors), Map.of());
        return LoraFile.open(path, MODEL.transformer());
    }

    private static TensorData zeros(String name, long rows, long columns) {
        return TensorData.ofFloats(name, new float[(int) (rows * columns)], rows, columns);
    }

    /** W + strength * scale * B A, in double. */
    private static float[] fused(LoraFile lora, String module, double strength) {
        LoraView view = lora.views().stream()
                .filter(v -> v.module().equals(module))
                .findFirst()
                .orElseThrow();
        float[] weight = MODEL.views().get(module + ".weight").readFloats();
        float[] a = view.a().readFloats();
        float[] b = view.b().readFloats();
        int in = (int) view.a().shape()[1];
        for (int i = 0; i < weight.length; i++) {
            double change = 0;
            for (int r = 0; r < view.rank(); r++) {
                change += (double) b[i / in * view.rank() + r] * a[r * in + i % in];
            }
            weight[i] = (float) (weight[i] + strength * view.scale() * change);
        }
        return weight;
    }

    @ParameterizedTest
    @CsvSource({
        "plain, transformer_blocks.0.attn.to_q, transformer.double.0.image.q",
        "plain, single_transformer_blocks.1.proj_out, transformer.single.1.out",
        "metadata, transformer_blocks.0.attn.to_out.0, transformer.double.0.image.out",
        "metadata, single_transformer_blocks.0.attn.to_v, transformer.single.0.v",
        "alphas, transformer_blocks.0.ff.net.2, transformer.double.0.image.down",
        "alphas, single_transformer_blocks.0.attn.to_k, transformer.single.0.k",
        "kohya, transformer_blocks.0.attn.add_k_proj, transformer.double.0.text.k",
        "kohya, single_transformer_blocks.0.proj_mlp, transformer.single.0.up"
    })
    void fusedWeightsEqualTheReference(String file, String theirs, String ours) {
        LoraFile lora = LoraFile.open(Golden.path("lora/" + file + ".safetensors"), MODEL.transformer());
        assertThat(lora.unmatched()).isEmpty();
        assertThat(lora.warning()).isEmpty();
        Golden.assertClose("lora.safetensors", file + ".fused0.6." + theirs + ".weight", fused(lora, ours, 0.6), 1e-6);
        Golden.compared("lora/" + file + ".safetensors", "");
    }

    @Test
    void fusedKohyaModulesShareTheDownMatrix() {
        LoraFile lora = LoraFile.open(Golden.path("lora/kohya.safetensors"), MODEL.transformer());
        assertThat(lora.matched()).isEqualTo(23);
        assertThat(lora.views()).hasSize(23 + 4 * 2 + 3);
        List<LoraView> qkv = lora.views().stream()
                .filter(view -> view.module().matches("transformer\\.double\\.0\\.image\\.[qkv]"))
                .toList();
        assertThat(qkv).hasSize(3).allSatisfy(view -> {
            assertThat(view.a().offset()).isEqualTo(qkv.get(0).a().offset());
            assertThat(view.b().shape()).containsExactly(64, 4);
        });
        assertThat(qkv).extracting(view -> view.b().offset()).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({
        "double_blocks.0.img_attn.qkv.lora_A.weight, double_blocks.0.img_attn.qkv.lora_B.weight",
        "diffusion_model.double_blocks.0.img_attn.qkv.lora_down.weight, "
                + "diffusion_model.double_blocks.0.img_attn.qkv.lora_up.weight",
        "base_model.model.double_blocks.0.img_attn.qkv.lora_A.default.weight, "
                + "base_model.model.double_blocks.0.img_attn.qkv.lora_B.default.weight",
        "lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight, lora_unet_double_blocks_0_img_attn_qkv.lora_up.weight"
    })
    void bflNamesUnderAnyPrefix(String down, String up) {
        LoraFile lora = write(zeros(down, 2, 64), zeros(up, 192, 2));
        assertThat(lora.views())
                .extracting(LoraView::module)
                .containsExactly(
                        "transformer.double.0.image.k", "transformer.double.0.image.q", "transformer.double.0.image.v");
        assertThat(lora.views()).extracting(LoraView::scale).containsOnly(1.0);
    }

    @Test
    void lastModulationIsSplitInTheOrderOfItsNaming() {
        List<List<Long>> offsets = new ArrayList<>();
        for (String name : new String[] {"transformer.norm_out.linear", "final_layer.adaLN_modulation.1"}) {
            LoraFile lora = write(zeros(name + ".lora_A.weight", 2, 64), zeros(name + ".lora_B.weight", 128, 2));
            assertThat(lora.views())
                    .extracting(LoraView::module)
                    .containsExactly("transformer.final.scale", "transformer.final.shift");
            offsets.add(lora.views().stream().map(view -> view.b().offset()).toList());
        }
        assertThat(offsets.get(0).get(0))
                .as("diffusers: scale first")
                .isLessThan(offsets.get(0).get(1));
        assertThat(offsets.get(1).get(0))
                .as("BFL: shift first")
                .isGreaterThan(offsets.get(1).get(1));
    }

    @Test
    void partialMatchIsReportedByCountAndNames() {
        String good = "transformer.transformer_blocks.0.attn.to_q.";
        String bad = "transformer.single_transformer_blocks.99.attn.to_q.";
        LoraFile lora = write(
                zeros(good + "lora_A.weight", 2, 64),
                zeros(good + "lora_B.weight", 64, 2),
                zeros(bad + "lora_A.weight", 2, 64),
                zeros(bad + "lora_B.weight", 64, 2),
                zeros("lora_te1_text_model.dora_scale", 1, 1));
        assertThat(lora.matched()).isEqualTo(1);
        assertThat(lora.unmatched())
                .containsExactly("lora_te1_text_model.dora_scale", "single_transformer_blocks.99.attn.to_q");
        assertThat(lora.warning()).hasValueSatisfying(text -> assertThat(text).contains("2 of 3", "blocks.99"));
    }

    @Test
    void refusesWhatDoesNotFit() {
        String q = "transformer.transformer_blocks.0.attn.to_q.";
        Invalid.file(() -> write(zeros("unet.something.lora_A.weight", 2, 64))).contains("no LoRA module matches");
        Invalid.file(() -> write()).contains("nothing");
        Invalid.file(() -> write(zeros(q + "lora_A.weight", 2, 64))).contains("no up (B) matrix");
        Invalid.file(() -> write(zeros(q + "lora_A.weight", 2, 64), zeros(q + "lora_B.weight", 64, 3)))
                .contains("ranks differ");
        Invalid.file(() -> write(zeros(q + "lora_A.weight", 2, 65), zeros(q + "lora_B.weight", 64, 2)))
                .contains("do not fit");
        Invalid.file(() -> write(
                        zeros(q + "lora_A.weight", 2, 64), zeros(q + "lora_B.weight", 64, 2), zeros(q + "alpha", 1, 2)))
                .contains("is not one number");
    }
}

package dev.reflectionflow.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Function<Path, Object>> READERS = Map.of(
            "text_encoder/config.json", ClipConfig::read,
            "text_encoder_2/config.json", T5Config::read,
            "transformer/config.json", TransformerConfig::read,
            "vae/config.json", AutoencoderConfig::read,
            "scheduler/scheduler_config.json", SchedulerConfig::read);

    @TempDir
    Path folder;

    @Test
    void readsTheTinyModels() {
        Path dev = Golden.path("tiny-flux-dev");
        assertThat(ClipConfig.read(dev.resolve("text_encoder/config.json")))
                .isEqualTo(new ClipConfig(49408, 24, 72, 2, 3, 77, 1e-5, true, 2));
        assertThat(T5Config.read(dev.resolve("text_encoder_2/config.json")))
                .isEqualTo(new T5Config(1128, 48, 8, 80, 2, 4, 32, 128, 1e-6));
        assertThat(TransformerConfig.read(dev.resolve("transformer/config.json")))
                .isEqualTo(new TransformerConfig(2, 3, 2, 32, 64, 64, 48, 24, true, List.of(8, 12, 12)));
        assertThat(AutoencoderConfig.read(dev.resolve("vae/config.json")))
                .isEqualTo(new AutoencoderConfig(16, List.of(4, 8, 8, 16), 2, 2, 0.3611, 0.1159));
        assertThat(SchedulerConfig.read(dev.resolve("scheduler/scheduler_config.json")))
                .isEqualTo(new SchedulerConfig(1000, true, 3.0, 0.5, 1.15, 256, 4096));
    }

    @Test
    void defaultsAreTheModelsOwnOrFlux() throws IOException {
        assertThat(GenerationDefaults.read(folder, true)).isEqualTo(new GenerationDefaults(1024, 1024, 28, 3.5, 512));
        assertThat(GenerationDefaults.read(folder, false)).isEqualTo(new GenerationDefaults(1024, 1024, 4, 0, 256));
        Files.createDirectories(folder.resolve("tokenizer_2"));
        Path tokenizer = folder.resolve("tokenizer_2").resolve("tokenizer_config.json");
        Files.writeString(tokenizer, "{\"model_max_length\": 64}");
        assertThat(GenerationDefaults.read(folder, true).maxSequenceLength()).isEqualTo(64);
        Files.writeString(tokenizer, "{\"model_max_length\": 1000000000000000019884624838656}");
        assertThat(GenerationDefaults.read(folder, true).maxSequenceLength()).isEqualTo(512);
        Path own = folder.resolve("generation_config.json");
        Files.writeString(own, "{\"width\":128,\"height\":96,\"num_inference_steps\":16,\"guidance_scale\":1.0}");
        assertThat(GenerationDefaults.read(folder, false)).isEqualTo(new GenerationDefaults(128, 96, 16, 1, 256));
        Files.writeString(own, "{\"width\":100}");
        Invalid.file(() -> GenerationDefaults.read(folder, false)).contains("width (100) must be a multiple of 16");
        Files.writeString(own, "{\"guidance_scale\":-1}");
        Invalid.file(() -> GenerationDefaults.read(folder, false)).contains("guidance_scale (-1)");
    }

    // File, key, value that is not supported or not sane; null removes the key.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text_encoder/config.json|hidden_act|\"relu\"",
                "text_encoder/config.json|hidden_size|25",
                "text_encoder/config.json|num_hidden_layers|0",
                "text_encoder/config.json|vocab_size|\"many\"",
                "text_encoder/config.json|layer_norm_eps|-1",
                "text_encoder_2/config.json|feed_forward_proj|\"relu\"",
                "text_encoder_2/config.json|dense_act_fn|\"relu\"",
                "text_encoder_2/config.json|d_model|null",
                "text_encoder_2/config.json|d_kv|2147483648",
                "transformer/config.json|patch_size|2",
                "transformer/config.json|_class_name|\"SD3Transformer2DModel\"",
                "transformer/config.json|attention_head_dim|256",
                "transformer/config.json|axes_dims_rope|[8, 12, 14]",
                "transformer/config.json|axes_dims_rope|[9, 11, 12]",
                "transformer/config.json|axes_dims_rope|\"8\"",
                "transformer/config.json|out_channels|32",
                "transformer/config.json|guidance_embeds|1",
                "vae/config.json|use_quant_conv|true",
                "vae/config.json|use_post_quant_conv|null",
                "vae/config.json|down_block_types|[\"DownBlock2D\"]",
                "vae/config.json|up_block_types|[1]",
                "vae/config.json|block_out_channels|[4, 8, 8]",
                "vae/config.json|block_out_channels|[4, 8, 8, 15]",
                "vae/config.json|latents_mean|[0.0]",
                "vae/config.json|act_fn|\"relu\"",
                "vae/config.json|mid_block_add_attention|false",
                "scheduler/scheduler_config.json|use_karras_sigmas|true",
                "scheduler/scheduler_config.json|time_shift_type|\"linear\"",
                "scheduler/scheduler_config.json|shift_terminal|0.02",
                "scheduler/scheduler_config.json|shift|0",
                "scheduler/scheduler_config.json|max_image_seq_len|256"
            })
    void refusesWhatTheEngineCannotDo(String name, String key, String value) throws IOException {
        ObjectNode config = (ObjectNode) Golden.json("tiny-flux-dev/" + name);
        JsonNode node = JSON.readTree(value);
        config.set(key, node);
        Path file = folder.resolve("config.json");
        JSON.writeValue(file.toFile(), config);
        Invalid.file(() -> READERS.get(name).apply(file)).startsWith(file + ": " + key + " (");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"a\":2}|Duplicate field 'a'",
                "{} x|Unrecognized token",
                "{|Unexpected end-of-input",
                "[]|not a JSON object",
                "''|not a JSON object"
            })
    void refusesBrokenJson(String text, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("config.json"), text);
        Invalid.file(() -> TransformerConfig.read(file)).startsWith(file + ": ").contains(message);
    }

    @Test
    void partsThatDoNotFitTogetherAreRefused() {
        Path dev = Golden.path("tiny-flux-dev");
        Path schnell = Golden.path("tiny-flux-schnell");
        Invalid.file(() -> ModelWeights.open(
                        new ModelFiles("mixed", dev, schnell.resolve("transformer"), dev.resolve("vae"))))
                .contains("joint_attention_dim 40 does not equal T5's d_model 48");
    }
}

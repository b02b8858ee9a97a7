package dev.reflectionflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.train.data.Drops;
import dev.reflectionflow.train.nn.Compute;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainConfigTest {
    @TempDir
    Path folder;

    private static Path released() throws URISyntaxException {
        return Path.of(TrainConfigTest.class.getResource("/train/released.yaml").toURI());
    }

    private TrainConfig read(String yaml, String... settings) throws IOException {
        Path file = Files.writeString(folder.resolve("config.yaml"), yaml);
        return TrainConfig.read(file, List.of(settings));
    }

    /** The shipped file lacks sizes and drops (T4): published values stand in, nothing fails. */
    @Test
    void theReleasedFileIsReadAsItIsWithThePublishedValuesForWhatItLacks() throws Exception {
        TrainConfig config = TrainConfig.read(released(), List.of());
        assertThat(config.stage()).isEqualTo(StageKind.CORRECTOR);
        assertThat(config.compute()).isEqualTo(Compute.BFLOAT16);
        assertThat(config.loop().maxSteps()).isEqualTo(-1);
        assertThat(config.loop().clip()).isEqualTo(0.5);
        assertThat(config.dataset().targetSize()).isEqualTo(1024);
        assertThat(config.dataset().conditionSize()).isEqualTo(512);
        assertThat(config.dataset().drops()).isEqualTo(Drops.PUBLISHED);
        assertThat(config.dataset().mixing().weights(2500)).containsExactly(0.2, 0.2, 0.25, 0.35);
        assertThat(config.optimizer().kind()).isEqualTo(OptimizerConfig.Kind.PRODIGY);
        assertThat(config.optimizer().biasCorrection()).isTrue();
        assertThat(config.optimizer().safeguardWarmup()).isTrue();
        assertThat(config.objective().timestepShift()).isEqualTo(1);
        assertThat(config.objective().guidance()).isEqualTo(1);
        assertThat(config.corrector().rank()).isEqualTo(32);
        assertThat(config.notes())
                .hasSize(8)
                .allMatch(note -> note.endsWith(" changes nothing here"))
                .anyMatch(note -> note.contains("train.wandb.project"));
    }

    @Test
    void unknownKeysAreNamed() throws IOException {
        TrainConfig config = read("stage: text\ntrain:\n  batchsize: 4\n  optimizer: {params: {learning_rate: 1}}\n");
        assertThat(config.notes())
                .anyMatch(note -> note.contains("train.batchsize is not known"))
                .anyMatch(note -> note.contains("train.optimizer.params.learning_rate is not known"))
                .hasSize(2);
    }

    @Test
    void settingsComeBeforeTheFile() throws IOException {
        TrainConfig config = read(
                "stage: text\ntrain: {batch_size: 4}\n",
                "train.batch_size=16",
                "train.optimizer.params.betas=[0.8, 0.9]",
                "train.optimizer.type=AdamW");
        assertThat(config.loop().batchSize()).isEqualTo(16);
        assertThat(config.optimizer().beta1()).isEqualTo(0.8);
        assertThat(config.optimizer().weightDecay()).isEqualTo(0.01);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stage: painting | stage (\"painting\") must be one of autoencoder, text, transformer, guidance, corrector",
                "{stage: text, train: {batch_size: 0}} | train.batch_size (0) must be a whole number of at least 1",
                "{stage: text, train: {max_steps: 0}} | train.max_steps (0) must be -1, for no end, or at least 1",
                "{stage: text, train: {ema_decay: 1}} | train.ema_decay (1) must be a number from 0 to 0.999999999",
                "{stage: text, train: {lora_config: {target_modules: '('}}} | train.lora_config.target_modules (\"(\") "
                        + "is no regular expression: Unclosed group",
                "{stage: text, train: {dataset: {type: scenes, cache_path: kept}}} | train.dataset.cache_path (\"kept\") "
                        + "is for shards; scenes never come again",
                "{stage: text, train: {dataset: {split_ratios: {a: [1, 2]}}}} | train.dataset.split_ratios "
                        + "({\"a\":[1,2]}) cannot be followed: split_ratios: a has 2 weights for 1 training_stages",
                "{stage: transformer, train: {dataset: {type: img, path: a.tar}}} | train.dataset.type (\"img\") must be "
                        + "scenes for this stage; only correctors learn from shards",
                "stage: corrector | train.dataset.path (absent) must name shards, such as genref_{0..208}.tar",
                "[1, 2] | holds no keys, such as \"stage: text\"",
                "{a: 1, a: 2} | not YAML: Duplicate field 'a'"
            })
    void whatIsWrongIsNamedWithItsFile(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                .hasMessage(folder.resolve("config.yaml") + ": " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train.batch_size | needs key=value, such as train.batch_size=4",
                "=4 | needs key=value, such as train.batch_size=4",
                "stage= | needs key=value, such as train.batch_size=4",
                "train.batch_size=[4 | the value is not YAML",
                "train.batch_size=0 | must be a whole number of at least 1",
                "train.batchsize=4 | is not known",
                "stage=painting | must be one of autoencoder, text, transformer, guidance, corrector",
                "train={max_steps: 0} | train.max_steps must be -1, for no end, or at least 1"
            })
    void whatIsWrongWithASettingIsNamedWithIt(String setting, String message) {
        assertThatThrownBy(() -> read("stage: text\n", setting))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessage("--set " + setting + ": " + message);
    }

    @Test
    void whatIsNoTextIsRefused() throws IOException {
        Path file = Files.write(folder.resolve("config.yaml"), new byte[] {'a', ':', (byte) 0xff});
        assertThatThrownBy(() -> TrainConfig.read(file, List.of())).hasMessage(file + ": not UTF-8 text");
    }

    @Test
    void thePublishedTargetsAreTheLayersOfTheReleasedLora() {
        List<String> names = new ArrayList<>(List.of("x_embedder", "context_embedder", "norm_out.linear", "proj_out"));
        for (int i = 0; i < 19; i++) {
            for (String part : List.of(
                    "norm1.linear",
                    "norm1_context.linear",
                    "attn.to_q",
                    "attn.to_k",
                    "attn.to_v",
                    "attn.add_q_proj",
                    "attn.to_out.0",
                    "attn.to_add_out",
                    "ff.net.0.proj",
                    "ff.net.2",
                    "ff_context.net.2")) {
                names.add("transformer_blocks." + i + "." + part);
            }
        }
        for (int i = 0; i < 38; i++) {
            for (String part : List.of("norm.linear", "proj_mlp", "proj_out", "attn.to_q", "attn.to_k", "attn.to_v")) {
                names.add("single_transformer_blocks." + i + "." + part);
            }
        }
        List<String> changed = names.stream()
                .filter(name -> name.matches(CorrectorConfig.PUBLISHED_TARGETS))
                .toList();
        assertThat(changed).hasSize(343).contains("x_embedder").doesNotContain("proj_out");
    }
}

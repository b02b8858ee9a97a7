package dev.reflectionflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.SafetensorsFile;
import dev.reflectionflow.weights.SafetensorsWriter;
import dev.reflectionflow.weights.TensorData;
import dev.reflectionflow.weights.WeightView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartingModelTest {
    @TempDir
    Path folder;

    private Path file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    @Test
    void componentsThatDoNotFitAreNamedBeforeAnythingIsTrained() throws IOException {
        StartingModel model = new StartingModel(TinyStart.write(folder));
        int width = model.transformer().textWidth();
        Path config = model.config("text_encoder_2");
        Files.writeString(config, Files.readString(config).replaceFirst("\"d_model\" : \\d+", "\"d_model\" : 7"));
        assertThatThrownBy(model::transformer)
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                .hasMessage(folder.resolve("transformer") + ": joint_attention_dim " + width
                        + " does not equal T5's d_model 7");
    }

    /** Readers that find an index take the shards that it names, here those before training. */
    @Test
    void whatWasTrainedGetsNoOlderWeightsBesideIt() throws IOException {
        String shard = "/diffusion_pytorch_model-00001-of-00001.safetensors";
        String index = "/diffusion_pytorch_model.safetensors.index.json";
        for (String component : new String[] {"old/transformer", "old/vae"}) {
            file(component + index);
            file(component + "/config.json");
            TensorData weights = TensorData.ofFloats("w", new float[] {0.25f, -3}, 2);
            SafetensorsWriter.write(folder.resolve(component + shard), List.of(weights), Map.of());
        }
        Path made = file("new/transformer/diffusion_pytorch_model.safetensors");
        new StartingModel(folder.resolve("old")).copyTo(folder.resolve("new"), DType.BF16);
        assertThat(made.getParent()).isDirectoryNotContaining("glob:**{index.json,of-00001*}");
        assertThat(folder.resolve("new/transformer/config.json")).hasContent("old/transformer/config.json");
        WeightView copied =
                SafetensorsFile.open(folder.resolve("new/vae" + shard)).tensor("w");
        assertThat(copied.dtype()).isEqualTo(DType.BF16);
        assertThat(copied.readFloats()).containsExactly(0.25f, -3);
        assertThat(folder.resolve("new/vae" + index)).exists();
    }
}

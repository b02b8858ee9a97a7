package dev.reflectionflow.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorrectorUseTest {
    @TempDir
    Path folder;

    private CorrectorUse read(Map<String, String> metadata) {
        Path file = folder.resolve("lora.safetensors");
        SafetensorsWriter.write(file, List.of(TensorData.ofFloats("w", new float[] {1}, 1)), metadata);
        return CorrectorUse.of(file);
    }

    @Test
    void aFileTellsHowItWasTrained() {
        CorrectorUse use = new CorrectorUse(false, true, true);
        assertThat(read(use.metadata())).isEqualTo(use);
    }

    @Test
    void whatAFileLeavesOpenIsAsReleased() {
        assertThat(read(Map.of("format", "pt"))).isEqualTo(CorrectorUse.RELEASED);
        assertThat(read(Map.of("latent_lora", "true"))).isEqualTo(new CorrectorUse(true, false, true));
        assertThat(CorrectorUse.of(folder.resolve("none"))).isEqualTo(CorrectorUse.RELEASED);
    }
}

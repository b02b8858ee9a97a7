package dev.reflectionflow.train.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.weights.CorrectorUse;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.LoraFile;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New LoRAs: where they act, and the file that the engine loads. */
class LoraTest {
    private static final String QUERIES = ".*(?<!single_)transformer_blocks\\.[0-9]+\\.attn\\.to_q|x_embedder";

    @TempDir
    Path folder;

    @BeforeEach
    void threads() {
        Threads.use(2);
    }

    @Test
    void aPatternNamesWholeModulesAndTheEngineReadsTheFile() {
        try (PointerScope scope = new PointerScope();
                Parameters base = Parameters.read(FluxTransformerTest.folder("tiny-flux-dev"), ScalarType.Float)) {
            FluxTransformer transformer = FluxTransformerTest.open("tiny-flux-dev", base);
            try (Lora lora = Lora.create(base, QUERIES, 4, 8, 1)) {
                assertThat(lora.modules())
                        .containsExactly(
                                "x_embedder", "transformer_blocks.0.attn.to_q", "transformer_blocks.1.attn.to_q");
                Path file = folder.resolve("lora.safetensors");
                lora.write(file, DType.F32, Map.of("latent_lora", "true"));
                LoraFile read = LoraFile.open(file, transformer.config());
                assertThat(read.unmatched()).isEmpty();
                assertThat(CorrectorUse.of(file).latentLora()).isTrue();
                assertThat(read.views()).hasSize(3).allMatch(view -> view.scale() == 2 && view.rank() == 4);
            }
        }
    }

    @Test
    void aPatternWithoutAMatchIsRefused() {
        try (Parameters base = Parameters.read(FluxTransformerTest.folder("tiny-flux-dev"), ScalarType.Float)) {
            FluxTransformerTest.open("tiny-flux-dev", base);
            assertThatThrownBy(() -> Lora.create(base, "to_q", 4, 4, 1))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("target_modules: no linear layer matches to_q");
        }
    }
}

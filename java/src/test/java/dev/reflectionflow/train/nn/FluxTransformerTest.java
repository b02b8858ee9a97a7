package dev.reflectionflow.train.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.Golden;
import dev.reflectionflow.weights.TransformerConfig;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The transformer in Java against diffusers' {@code FluxTransformer2DModel}, block by block. */
class FluxTransformerTest {
    private static final String FILE = "transformer.safetensors";
    private static final String LORA = "lora.safetensors";
    private static final double TOLERANCE = 1e-4;

    static FluxTransformer open(String model, Parameters parameters) {
        TransformerConfig config = TransformerConfig.read(folder(model).resolve("config.json"));
        return new FluxTransformer(config, parameters, Compute.AS_STORED);
    }

    static Path folder(String model) {
        return Golden.path(model).resolve("transformer");
    }

    @ParameterizedTest
    @CsvSource({"dev,b1,2,3", "dev,b3,2,3", "schnell,b1,1,2", "schnell,b3,1,2"})
    void everyBlockEqualsTheReference(String model, String batch, int doubles, int singles) {
        String prefix = model + "." + batch;
        Threads.use(2);
        try (PointerScope scope = new PointerScope();
                Parameters parameters = Parameters.read(folder("tiny-flux-" + model), ScalarType.Float)) {
            FluxTransformer transformer = open("tiny-flux-" + model, parameters);
            GoldenTensors.Recording blocks = new GoldenTensors.Recording();
            FluxInputs inputs = GoldenTensors.fluxInputs(FILE, prefix, prefix, model.equals("dev"));
            Tensor velocity = transformer.forward(inputs, null, blocks);

            for (int i = 0; i < doubles; i++) {
                float[][] rows = blocks.rows.get("double." + i);
                Golden.assertClose(FILE, prefix + ".double" + i + ".txt", rows[0], TOLERANCE);
                Golden.assertClose(FILE, prefix + ".double" + i + ".img", rows[1], TOLERANCE);
            }
            int textTokens = (int) inputs.promptEmbeds().size(1);
            for (int i = 0; i < singles; i++) {
                Tensor rows = Tensors.ofFloats(
                        blocks.rows.get("single." + i)[0],
                        inputs.latents().size(0),
                        textTokens + inputs.latents().size(1),
                        transformer.config().width());
                Tensor text = rows.narrow(1, 0, textTokens);
                Tensor image = rows.narrow(1, textTokens, inputs.latents().size(1));
                Golden.assertClose(FILE, prefix + ".single" + i + ".txt", Tensors.toFloats(text), TOLERANCE);
                Golden.assertClose(FILE, prefix + ".single" + i + ".img", Tensors.toFloats(image), TOLERANCE);
            }
            Golden.assertClose(FILE, prefix + ".output", Tensors.toFloats(velocity), TOLERANCE);
        }
    }

    @ParameterizedTest
    @CsvSource({"1.0", "0.6"})
    void aLoraChangesWhatItNames(double scale) {
        Threads.use(2);
        try (PointerScope scope = new PointerScope();
                Parameters parameters = Parameters.read(folder("tiny-flux-dev"), ScalarType.Float);
                Lora lora = Lora.read(Golden.path("lora/plain.safetensors"), scale, ScalarType.Float)) {
            FluxTransformer transformer = open("tiny-flux-dev", parameters);
            FluxInputs inputs = GoldenTensors.fluxInputs(LORA, "input", "input", true);
            Golden.assertClose(LORA, "base.output", Tensors.toFloats(transformer.forward(inputs)), TOLERANCE);
            transformer.setLora(lora, true);
            Golden.assertClose(
                    LORA, "plain.scale" + scale + ".output", Tensors.toFloats(transformer.forward(inputs)), TOLERANCE);
        }
    }

    /** Rounded operands move the velocity by no more than PyTorch's own bfloat16 run, twice. */
    @Test
    void bfloat16ProductsStayCloseToFloat32() {
        Threads.use(2);
        try (PointerScope scope = new PointerScope();
                Parameters parameters = Parameters.read(folder("tiny-flux-dev-bf16"), ScalarType.Float)) {
            TransformerConfig config =
                    TransformerConfig.read(folder("tiny-flux-dev").resolve("config.json"));
            FluxInputs inputs = GoldenTensors.fluxInputs(FILE, "dev.b1", "dev.b1", true);
            float[] exact =
                    Tensors.toFloats(new FluxTransformer(config, parameters, Compute.AS_STORED).forward(inputs));
            float[] rounded =
                    Tensors.toFloats(new FluxTransformer(config, parameters, Compute.BFLOAT16).forward(inputs));
            double theirs = distance(
                    Golden.input(FILE, "bf16_compute.b1.output").values(),
                    Golden.input(FILE, "bf16_inputs.b1.output").values());
            assertThat(distance(rounded, exact)).isPositive().isLessThan(2 * theirs);
        }
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }
}

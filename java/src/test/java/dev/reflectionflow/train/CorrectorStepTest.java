package dev.reflectionflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reflectionflow.Golden;
import dev.reflectionflow.train.nn.BlockRunner;
import dev.reflectionflow.train.nn.Compute;
import dev.reflectionflow.train.nn.FluxCondition;
import dev.reflectionflow.train.nn.FluxInputs;
import dev.reflectionflow.train.nn.FluxTransformer;
import dev.reflectionflow.train.nn.Lora;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.train.nn.Recomputation;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.train.nn.Threads;
import dev.reflectionflow.train.optim.AdamW;
import dev.reflectionflow.train.optim.Gradients;
import dev.reflectionflow.weights.SafetensorsFile;
import dev.reflectionflow.weights.TransformerConfig;
import dev.reflectionflow.weights.WeightView;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One step of reflection tuning against PyTorch's autograd and optimizer; {@code corrector_step.py} recorded it. */
class CorrectorStepTest {
    private static final String INPUTS = "condition.safetensors";

    private SafetensorsFile recorded;

    @BeforeEach
    void open() throws URISyntaxException {
        Threads.use(2);
        recorded = SafetensorsFile.open(Path.of(CorrectorStepTest.class
                .getResource("/train/corrector_step.safetensors")
                .toURI()));
    }

    private float[] floats(String name) {
        return recorded.tensor(name).readFloats();
    }

    private Tensor tensor(String name) {
        WeightView view = recorded.tensor(name);
        return Tensors.ofFloats(view.readFloats(), view.shape());
    }

    private static Tensor golden(String name) {
        Golden.Tensor tensor = Golden.tensor(INPUTS, name);
        return Tensors.ofFloats(tensor.values(), tensor.shape());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lossGradientsAndUpdatedWeightsAreTorchs(boolean recompute) {
        Path component = Golden.path("tiny-flux-dev/transformer");
        try (PointerScope scope = new PointerScope();
                Parameters base = Parameters.read(component, ScalarType.Float);
                Lora lora = Lora.read(Golden.path("lora/plain.safetensors"), 1, ScalarType.Float)) {
            TransformerConfig shape = TransformerConfig.read(component.resolve("config.json"));
            FluxTransformer transformer = new FluxTransformer(shape, base, Compute.AS_STORED);
            base.train(name -> false);
            lora.parameters().train(name -> true);
            transformer.setLora(lora, false);

            Recomputation recomputation = new Recomputation();
            Tensor loss = loss(transformer, recompute ? recomputation : BlockRunner::plain);
            assertThat(loss.item_double()).isCloseTo(floats("loss")[0], within(1e-5));
            if (recompute) {
                recomputation.backward(loss);
            } else {
                loss.backward();
            }
            Map<String, Tensor> trained = lora.parameters().trainable();
            assertThat(Gradients.clip(trained.values(), 0.25)).isCloseTo(floats("gradient_norm")[0], within(1e-5));
            trained.forEach((name, tensor) -> check("gradient." + name, tensor.grad(), 1e-6));
            new AdamW(trained, new AdamW.Settings(0.9, 0.999, 1e-3, 0.01)).step(1e-2);
            trained.forEach((name, tensor) -> check("updated." + name, tensor, 2e-6));
        }
    }

    private Tensor loss(FluxTransformer transformer, BlockRunner runner) {
        FlowBatch flow = FlowBatch.at(tensor("latents"), tensor("noise"), tensor("timestep"));
        FluxInputs inputs = new FluxInputs(
                flow.noisy(),
                golden("input.img_ids"),
                golden("input_b2.encoder_hidden_states"),
                golden("input_b2.pooled_projections"),
                flow.timestep(),
                FlowBatch.constant(1, 2));
        FluxCondition condition = FluxCondition.of(tensor("condition"), golden("cond.ids"));
        return FlowBatch.error(transformer.forward(inputs, condition, runner), flow.velocity());
    }

    /** The file has some of the tensors. */
    private void check(String name, Tensor tensor, double tolerance) {
        if (recorded.tensors().containsKey(name)) {
            assertThat(Tensors.toFloats(tensor)).as(name).containsExactly(floats(name), within((float) tolerance));
        }
    }
}

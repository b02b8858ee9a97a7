package dev.reflectionflow.train.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reflectionflow.Golden;
import dev.reflectionflow.train.optim.Gradients;
import dev.reflectionflow.weights.TransformerConfig;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients against finite differences, and those of recomputed blocks against plain ones. */
class GradientTest {
    private static final String FILE = "condition.safetensors";
    private static final double STEP = 1e-5;

    @BeforeAll
    static void threads() {
        Threads.use(2);
    }

    @ParameterizedTest
    @CsvSource({"true,false,false,1", "true,false,true,1", "false,true,false,1", "true,true,true,0.5"})
    void gradientsOfLoraAndConditionEqualFiniteDifferences(
            boolean union, boolean add, boolean latentLora, double scale) {
        try (PointerScope scope = new PointerScope();
                Parameters parameters =
                        Parameters.read(FluxTransformerTest.folder("tiny-flux-dev"), ScalarType.Double);
                Lora lora = Lora.read(Golden.path("lora/plain.safetensors"), 1, ScalarType.Double)) {
            FluxTransformer transformer = FluxTransformerTest.open("tiny-flux-dev", parameters);
            transformer.setLora(lora, latentLora);
            parameters.train(name -> false);
            lora.parameters().train(name -> true);
            FluxCondition released = condition(add ? "cond_full" : "cond", ScalarType.Double);
            released.latents().set_requires_grad(true);
            FluxCondition condition = new FluxCondition(released.latents(), released.ids(), union, add, scale, 0);
            FluxInputs inputs = inputs(ScalarType.Double);
            loss(transformer, inputs, condition).backward();

            Map<String, Tensor> checked = new LinkedHashMap<>(lora.parameters().all());
            checked.put("condition", condition.latents());
            checked.forEach((name, tensor) -> {
                if (mattersFor(name, condition)) {
                    checkAlongTheGradient(name, tensor, transformer, inputs, condition);
                }
            });
        }
    }

    /** The last block's condition rows are dropped; those that image rows do not see matter where they are added. */
    private static boolean mattersFor(String name, FluxCondition condition) {
        boolean seen = condition.unionAttention() || condition.scale() != 1;
        boolean dropped = name.matches("single_transformer_blocks\\.2\\.(proj_out|proj_mlp|attn\\.to_q)\\..*");
        boolean afterAdding = name.startsWith("single") || name.startsWith("transformer_blocks.1.ff");
        return !dropped && (seen || !afterAdding);
    }

    /** One number for a whole tensor: how the loss changes along the gradient's own signs. */
    private static void checkAlongTheGradient(
            String name, Tensor tensor, FluxTransformer transformer, FluxInputs inputs, FluxCondition condition) {
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            Tensor gradient = tensor.grad();
            assertThat(gradient.defined()).as(name + " has a gradient").isTrue();
            Tensor direction = gradient.sign();
            double slope = gradient.mul(direction).sum().item_double();
            tensor.add_(direction, new Scalar(STEP));
            double above = loss(transformer, inputs, condition).item_double();
            tensor.add_(direction, new Scalar(-2 * STEP));
            double below = loss(transformer, inputs, condition).item_double();
            tensor.add_(direction, new Scalar(STEP));
            double measured = (above - below) / (2 * STEP);
            assertThat(slope).as(name).isPositive();
            assertThat(measured).as(name).isCloseTo(slope, within(1e-5 * slope + 1e-9));
        }
    }

    @ParameterizedTest
    @EnumSource(Compute.class)
    void recomputedBlocksGiveTheSameBits(Compute compute) {
        try (PointerScope scope = new PointerScope();
                Parameters parameters = Parameters.read(FluxTransformerTest.folder("tiny-flux-dev"), ScalarType.Float);
                Lora lora = Lora.read(Golden.path("lora/plain.safetensors"), 1, ScalarType.Float)) {
            TransformerConfig config = TransformerConfig.read(
                    FluxTransformerTest.folder("tiny-flux-dev").resolve("config.json"));
            FluxTransformer transformer = new FluxTransformer(config, parameters, compute);
            transformer.setLora(lora, true);
            parameters.train(name -> true);
            lora.parameters().train(name -> true);
            FluxInputs inputs = inputs(ScalarType.Float);
            FluxCondition condition = condition("cond", ScalarType.Float);
            loss(transformer.forward(inputs, condition, BlockRunner::plain), inputs)
                    .backward();
            Map<String, ByteBuffer> plain = takeGradients(parameters, lora.parameters());
            Recomputation again = new Recomputation();
            again.backward(loss(transformer.forward(inputs, condition, again), inputs));
            Map<String, ByteBuffer> recomputed = takeGradients(parameters, lora.parameters());
            assertThat(plain).hasSizeGreaterThan(150);
            assertThat(recomputed.keySet()).isEqualTo(plain.keySet());
            plain.forEach(
                    (name, bytes) -> assertThat(recomputed.get(name)).as(name).isEqualTo(bytes));
        }
    }

    /** What starts at zero must still learn: after one step of descent all of a new network's parameters get gradients. */
    @Test
    void aNewNetworkLearnsEverywhereAfterOneStep() {
        TransformerConfig config = new TransformerConfig(1, 1, 2, 16, 64, 64, 48, 24, true, List.of(4, 6, 6));
        try (PointerScope scope = new PointerScope();
                Parameters parameters = Parameters.random(7, ScalarType.Float);
                Parameters twin = Parameters.random(7, ScalarType.Float)) {
            FluxTransformer transformer = new FluxTransformer(config, parameters, Compute.AS_STORED);
            assertThat(new FluxTransformer(config, twin, Compute.AS_STORED).config())
                    .isEqualTo(config);
            parameters
                    .all()
                    .forEach((name, tensor) ->
                            assertThat(Tensors.toBytes(twin.get(name))).as(name).isEqualTo(Tensors.toBytes(tensor)));
            parameters.train(name -> true);
            FluxInputs inputs = inputs(ScalarType.Float);
            assertThat(Tensors.toFloats(transformer.forward(inputs))).containsOnly(0f);
            double first = 0;
            double last = 0;
            for (int step = 0; step < 30; step++) {
                Tensor loss = loss(transformer.forward(inputs), inputs);
                last = loss.item_double();
                first = step == 0 ? last : first;
                loss.backward();
                boolean late = step == 4;
                parameters.all().forEach((name, tensor) -> descend(name, tensor, late));
                Gradients.clear(parameters.trainable().values());
            }
            assertThat(last).isLessThan(0.95 * first);
        }
    }

    private static void descend(String name, Tensor tensor, boolean mustHaveGradient) {
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            if (mustHaveGradient && !name.contains("add_q") && !name.contains("to_add_out")) {
                assertThat(tensor.grad().abs().max().item_double()).as(name).isPositive();
            }
            tensor.add_(tensor.grad(), new Scalar(-0.2));
        }
    }

    private static Map<String, ByteBuffer> takeGradients(Parameters... all) {
        Map<String, ByteBuffer> gradients = new LinkedHashMap<>();
        for (Parameters parameters : all) {
            parameters.trainable().forEach((name, tensor) -> {
                if (tensor.grad().defined()) {
                    gradients.put(name, Tensors.toBytes(tensor.grad()));
                }
            });
            Gradients.clear(parameters.trainable().values());
        }
        return gradients;
    }

    private static Tensor loss(FluxTransformer transformer, FluxInputs inputs, FluxCondition condition) {
        return loss(transformer.forward(inputs, condition, BlockRunner::plain), inputs);
    }

    private static Tensor loss(Tensor velocity, FluxInputs inputs) {
        return torch.mse_loss(velocity.to(inputs.latents().scalar_type()), inputs.latents());
    }

    private static FluxInputs inputs(ScalarType type) {
        FluxInputs in = GoldenTensors.fluxInputs(FILE, "input", "input", true);
        return new FluxInputs(
                in.latents().to(type),
                in.latentIds(),
                in.promptEmbeds().to(type),
                in.pooledProjections().to(type),
                in.timestep().to(type),
                in.guidance().to(type));
    }

    private static FluxCondition condition(String name, ScalarType type) {
        return FluxCondition.of(
                GoldenTensors.floats(FILE, name + ".tokens").to(type), GoldenTensors.floats(FILE, name + ".ids"));
    }
}

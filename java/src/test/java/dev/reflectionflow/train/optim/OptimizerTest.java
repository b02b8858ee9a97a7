package dev.reflectionflow.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.train.nn.NoGradients;
import dev.reflectionflow.train.nn.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Optimizers against steps that optimizers.py beside the golden file recorded. */
class OptimizerTest {
    private static final JsonNode GOLDEN = golden();
    private static final int STEPS = 6;

    private final Map<String, Tensor> parameters = start();

    private static JsonNode golden() {
        try (InputStream in = OptimizerTest.class.getResourceAsStream("/train/optimizers.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Tensor> start() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put("a", Tensors.ofFloats(new float[] {0.5f, -1.25f, 2, 0.125f}, 2, 2));
        all.put("b", Tensors.ofFloats(new float[] {0.25f, -0.75f, 1.5f}, 3));
        all.values().forEach(tensor -> tensor.set_requires_grad(true));
        return all;
    }

    static void gradients(Map<String, Tensor> parameters, int step) {
        set(parameters.get("a"), Math.sin(step + 1), 0.5, -0.25 * step, 1.0 / (step + 1));
        set(parameters.get("b"), 0.1 * step, -1, Math.cos(step));
    }

    private static void set(Tensor parameter, double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        parameter.mutable_grad().put(Tensors.ofFloats(floats, Tensors.shape(parameter)));
    }

    private static float[] floats(JsonNode node) {
        float[] values = new float[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) node.get(i).doubleValue();
        }
        return values;
    }

    private void assertFollows(String recorded, Optimizer optimizer, double learningRate, float tolerance) {
        for (int step = 0; step < STEPS; step++) {
            gradients(parameters, step);
            optimizer.step(learningRate);
            JsonNode row = GOLDEN.get(recorded).get(step);
            parameters.forEach((name, tensor) -> assertThat(Tensors.toFloats(tensor))
                    .as(recorded + " " + name)
                    .containsExactly(floats(row.get(name)), within(tolerance)));
        }
    }

    @Test
    void adamWStepsAsTorchDoes() {
        assertFollows("adamw", new AdamW(parameters, new AdamW.Settings(0.9, 0.99, 1e-8, 0.1)), 0.05, 1e-6f);
    }

    @Test
    void sgdStepsAsTorchDoes() {
        assertFollows("sgd", new Sgd(parameters, 0.9, 0.1), 0.05, 1e-6f);
    }

    @Test
    void prodigyStepsAsItsFormulasSay() {
        Prodigy prodigy = new Prodigy(parameters, new Prodigy.Settings(0.9, 0.999, 1e-8, 0.01, true, true, 1e-2));
        assertFollows("prodigy", prodigy, 4, 1e-5f);
        double d = GOLDEN.get("prodigy").get(STEPS - 1).get("d").doubleValue();
        assertThat(prodigy.d()).isGreaterThan(1e-2).isCloseTo(d, within(1e-6));
    }

    @Test
    void prodigyWithoutCorrectionsIsAnotherOne() {
        Prodigy prodigy = new Prodigy(parameters, new Prodigy.Settings(0.9, 0.999, 1e-8, 0, false, false, 1e-2));
        assertFollows("prodigy_plain", prodigy, 1, 2e-6f);
    }

    @Test
    void aRestoredOptimizerGoesOnToTheSameBits() {
        List<Function<Map<String, Tensor>, Optimizer>> kinds = List.of(
                all -> new AdamW(all, new AdamW.Settings(0.9, 0.99, 1e-8, 0.1)),
                all -> new Sgd(all, 0.9, 0.1),
                all -> new Prodigy(all, new Prodigy.Settings(0.9, 0.999, 1e-8, 0.01, true, true, 1e-2)));
        for (Function<Map<String, Tensor>, Optimizer> kind : kinds) {
            Map<String, Tensor> through = start();
            Optimizer whole = kind.apply(through);
            run(through, whole, 0, 3);
            Map<String, Tensor> later = start();
            Optimizer restored = kind.apply(later);
            try (NoGradients guard = new NoGradients()) {
                later.forEach((name, tensor) -> tensor.copy_(through.get(name)));
                restored.tensors()
                        .forEach((name, tensor) -> tensor.copy_(whole.tensors().get(name)));
            }
            restored.restore(whole.numbers());
            run(through, whole, 3, STEPS);
            run(later, restored, 3, STEPS);
            through.forEach((name, tensor) ->
                    assertThat(Tensors.toFloats(later.get(name))).isEqualTo(Tensors.toFloats(tensor)));
            whole.close();
            assertThat(whole.tensors().values()).isNotEmpty().allMatch(tensor -> tensor.isNull());
        }
    }

    private static void run(Map<String, Tensor> parameters, Optimizer optimizer, int from, int to) {
        for (int step = from; step < to; step++) {
            gradients(parameters, step);
            optimizer.step(0.05);
        }
    }

    @Test
    void parametersWithoutGradientsStay() {
        set(parameters.get("b"), 1, 1, 1);
        new AdamW(parameters, new AdamW.Settings(0.9, 0.99, 1e-8, 0.1)).step(0.1);
        assertThat(Tensors.toFloats(parameters.get("a"))).isEqualTo(Tensors.toFloats(start().get("a")));
        assertThat(Tensors.toFloats(parameters.get("b"))).isNotEqualTo(Tensors.toFloats(start().get("b")));
    }

    @Test
    void gradientsAreClippedByTheirCommonNorm() {
        for (JsonNode row : GOLDEN.get("clipped")) {
            gradients(parameters, 2);
            double norm = Gradients.clip(parameters.values(), row.get("most").doubleValue());
            assertThat(norm).isCloseTo(row.get("norm").doubleValue(), within(1e-5));
            parameters.forEach((name, tensor) ->
                    assertThat(Tensors.toFloats(tensor.grad())).containsExactly(floats(row.get(name)), within(1e-6f)));
        }
    }

    @Test
    void noLimitClipsNothing() {
        gradients(parameters, 1);
        float[] before = Tensors.toFloats(parameters.get("a").grad());
        Gradients.clip(parameters.values(), 0);
        assertThat(Tensors.toFloats(parameters.get("a").grad())).isEqualTo(before);
        Gradients.clear(parameters.values());
        assertThat(parameters.get("a").grad().defined()).isFalse();
    }

    @Test
    void theAverageFollowsCloselyAtFirstAndSlowlyLater() {
        WeightAverage average = new WeightAverage(parameters, 0.5);
        try (NoGradients guard = new NoGradients()) {
            parameters.get("b").zero_();
        }
        average.update(1);
        float early = 2f / 11;
        assertThat(Tensors.toFloats(average.tensors().get("b")))
                .containsExactly(new float[] {0.25f * early, -0.75f * early, 1.5f * early}, within(1e-7f));
        average.update(1000);
        assertThat(Tensors.toFloats(average.tensors().get("b"))[2]).isCloseTo(1.5f * early / 2, within(1e-7f));
    }
}

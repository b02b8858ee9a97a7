package dev.reflectionflow.train.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.train.optim.Gradients;
import dev.reflectionflow.weights.AutoencoderConfig;
import dev.reflectionflow.weights.ClipConfig;
import dev.reflectionflow.weights.T5Config;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Text encoders and autoencoder learn from new parameters, in either type of computation. */
class NewNetworksTest {
    private static final int STEPS = 8;

    @BeforeAll
    static void threads() {
        Threads.use(2);
    }

    @ParameterizedTest
    @EnumSource(Compute.class)
    void clipLearns(Compute compute) {
        try (PointerScope scope = new PointerScope();
                Parameters parameters = Parameters.random(1, ScalarType.Float)) {
            ClipConfig config = new ClipConfig(30, 24, 48, 2, 3, 16, 1e-5, true, 29);
            ClipTextEncoder clip = new ClipTextEncoder(config, parameters, compute);
            Tensor ids = Tensors.ofLongs(new long[] {1, 7, 9, 29, 0, 0, 3, 4, 5, 6, 29, 0}, 2, 6);
            Tensor wanted = noise(2, 24);
            learns(parameters, 0.05, () -> loss(clip.forward(ids).pooled(), wanted));
        }
    }

    @ParameterizedTest
    @EnumSource(Compute.class)
    void t5Learns(Compute compute) {
        try (PointerScope scope = new PointerScope();
                Parameters parameters = Parameters.random(2, ScalarType.Float)) {
            T5Encoder t5 = new T5Encoder(new T5Config(30, 24, 8, 48, 2, 3, 8, 16, 1e-6), parameters, compute);
            Tensor ids = Tensors.ofLongs(new long[] {1, 7, 9, 29, 0, 0, 3, 4, 5, 6, 29, 0}, 2, 6);
            Tensor wanted = noise(2, 6, 24);
            learns(parameters, 0.05, () -> loss(t5.forward(ids), wanted));
        }
    }

    @ParameterizedTest
    @EnumSource(Compute.class)
    void theAutoencoderLearns(Compute compute) {
        try (PointerScope scope = new PointerScope();
                Parameters parameters = Parameters.random(3, ScalarType.Float)) {
            AutoencoderConfig config = new AutoencoderConfig(4, List.of(8, 8, 16, 16), 1, 4, 1, 0);
            AutoencoderKl autoencoder = new AutoencoderKl(config, parameters, compute);
            Tensor pixels = noise(2, 3, 16, 16);
            Tensor noise = noise(2, 4, 2, 2);
            learns(parameters, 0.02, () -> {
                AutoencoderKl.Posterior posterior = autoencoder.encode(pixels);
                Tensor decoded = autoencoder.decode(posterior.sample(noise));
                Tensor divergence = posterior.divergence().mean().mul(new Scalar(1e-4));
                return loss(decoded, pixels).add(divergence);
            });
        }
    }

    private static void learns(Parameters parameters, double rate, Supplier<Tensor> loss) {
        parameters.train(name -> true);
        double first = 0;
        double last = 0;
        for (int step = 0; step < STEPS; step++) {
            try (PointerScope scope = new PointerScope()) {
                Tensor value = loss.get();
                last = value.item_double();
                first = step == 0 ? last : first;
                value.backward();
                parameters.all().forEach((name, tensor) -> descend(name, tensor, rate));
                Gradients.clear(parameters.trainable().values());
            }
        }
        assertThat(last).isLessThan(0.95 * first);
    }

    private static void descend(String name, Tensor tensor, double rate) {
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            Tensor gradient = tensor.grad();
            assertThat(gradient.defined()).as(name).isTrue();
            assertThat(gradient.isfinite().all().item_bool()).as(name).isTrue();
            tensor.add_(gradient, new Scalar(-rate));
        }
    }

    private static Tensor loss(Tensor actual, Tensor wanted) {
        return torch.mse_loss(actual.to(ScalarType.Float), wanted);
    }

    private static Tensor noise(long... shape) {
        long elements = 1;
        for (long size : shape) {
            elements *= size;
        }
        float[] values = new float[(int) elements];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensors.ofFloats(values, shape);
    }
}

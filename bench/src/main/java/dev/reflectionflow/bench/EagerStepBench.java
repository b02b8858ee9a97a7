package dev.reflectionflow.bench;

import dev.reflectionflow.train.nn.Compute;
import dev.reflectionflow.train.nn.FluxInputs;
import dev.reflectionflow.train.nn.FluxTransformer;
import dev.reflectionflow.train.nn.NoGradients;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.train.nn.PositionIds;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.train.nn.Threads;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.RandomModel;
import dev.reflectionflow.weights.TransformerConfig;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The same denoising step as {@link StepBench}, by LibTorch's operators one after the other ("LibTorch eager"): bfloat16,
 * one image, all processors, all text tokens.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@State(Scope.Benchmark)
public class EagerStepBench {
    private static final int PIXELS_PER_TOKEN = 16;

    /** A shape of random weights and the side of the image in pixels. */
    @Param({"scenes@128", "flux-dev:1,2@512"})
    public String work;

    private Parameters parameters;
    private FluxTransformer transformer;
    private FluxInputs inputs;

    @Setup(Level.Trial)
    public void open() {
        Threads.use(Runtime.getRuntime().availableProcessors());
        String[] parts = work.split("@", 2);
        int side = Integer.parseInt(parts[1]) / PIXELS_PER_TOKEN;
        ModelWeights model = RandomModel.of(parts[0], DType.BF16);
        TransformerConfig config = model.transformer();
        parameters = Parameters.random(1, ScalarType.BFloat16);
        transformer = new FluxTransformer(config, parameters, Compute.BFLOAT16);
        inputs = new FluxInputs(
                noise(1, (long) side * side, config.inChannels()),
                Tensors.keep(PositionIds.grid(side, side)),
                noise(1, model.defaults().maxSequenceLength(), config.textWidth()),
                noise(1, config.pooledWidth()),
                Tensors.keep(torch.ones(1)),
                Tensors.keep(torch.ones(1)));
    }

    private static Tensor noise(long... shape) {
        return Tensors.keep(torch.randn(shape));
    }

    @TearDown(Level.Trial)
    public void close() {
        parameters.close();
    }

    /** Evaluates the network; the Euler step after it is too little to matter. */
    @Benchmark
    public double step() {
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            return transformer.forward(inputs).sum().item_double();
        }
    }
}

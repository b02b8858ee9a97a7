package dev.reflectionflow.bench;

import dev.reflectionflow.engine.TorchRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The initial noise of one image, as PyTorch draws it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class NoiseBench {
    private static final int CHANNELS = 16;
    private static final int PIXELS_PER_LATENT = 8;

    /** Of the image, in pixels. */
    @Param({"128", "1024"})
    public int side;

    @Benchmark
    public float[] noise() {
        int latents = side / PIXELS_PER_LATENT;
        return new TorchRandom(1).normals(CHANNELS * latents * latents, TorchRandom.Type.BFLOAT16);
    }
}

package dev.reflectionflow.bench;

import dev.reflectionflow.engine.FluxEngine;
import java.util.concurrent.TimeUnit;
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

/** One denoising step with random weights of a shape: bfloat16, one image, all processors, all text tokens. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@State(Scope.Benchmark)
public class StepBench {
    /** A shape of random weights and the side of the image in pixels. */
    @Param({"scenes@128", "flux-dev:1,2@512"})
    public String work;

    private Stepper stepper;

    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        String[] parts = work.split("@", 2);
        int side = Integer.parseInt(parts[1]);
        stepper = new Stepper(FluxEngine.builder().randomWeights(parts[0]).build(), side, side);
    }

    @TearDown(Level.Trial)
    public void close() {
        stepper.close();
    }

    @Benchmark
    public void step() throws InterruptedException {
        stepper.step();
    }
}

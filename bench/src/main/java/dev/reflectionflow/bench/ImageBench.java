package dev.reflectionflow.bench;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.engine.FluxEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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

/** Whole images of the shipped model from a new prompt each, and how much of that native code does not account for. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@State(Scope.Benchmark)
public class ImageBench {
    @Param({"1", "4"})
    public int batch;

    private FluxEngine engine;
    private long number;

    @Setup(Level.Trial)
    public void open() {
        engine = FluxEngine.builder().batchSize(batch).build();
    }

    @TearDown(Level.Trial)
    public void close() {
        engine.close();
    }

    /** Printed beside the times: the share of the calls that was not native computing, in percent. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Java {
        private long nanos;
        private double nativeNanos;

        public double overheadPercent() {
            return nanos == 0 ? 0 : 100 * (1 - nativeNanos / nanos);
        }

        @Setup(Level.Iteration)
        public void forget() {
            nanos = 0;
            nativeNanos = 0;
        }
    }

    @Benchmark
    public List<GeneratedImage> generate(Java outside) {
        GenerationRequest.Builder request = GenerationRequest.builder("a photo of a red circle " + number++);
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            requests.add(request.seed((long) i).build());
        }
        long begun = System.nanoTime();
        List<GeneratedImage> images = engine.generate(requests, GenerationListener.NONE);
        outside.nanos += System.nanoTime() - begun;
        outside.nativeNanos += 1e6 * images.get(0).timings().nativeMs();
        return images;
    }
}

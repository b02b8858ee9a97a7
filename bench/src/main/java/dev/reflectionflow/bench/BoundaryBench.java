package dev.reflectionflow.bench;

import dev.reflectionflow.engine.internal.NativeEngine;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** What one call over the native boundary costs: the floor under every step's latency. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class BoundaryBench {
    /** A number comes back, as from a step. */
    @Benchmark
    public long bareCall() {
        return NativeEngine.handlesAlive();
    }

    /** A text is made and comes back. */
    @Benchmark
    public String callWithText() {
        return NativeEngine.about();
    }
}

package dev.reflectionflow.bench;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngFile;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.image.PngWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A 1024x1024 picture to PNG and back; smooth with a little noise, as drawn pictures are. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class PngBench {
    private static final int SIDE = 1024;

    private RgbImage image;
    private Path file;

    @Setup(Level.Trial)
    public void open() throws IOException {
        Random noise = new Random(1);
        ByteBuffer pixels = ByteBuffer.allocateDirect(3 * SIDE * SIDE);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int grain = noise.nextInt(5);
                pixels.put((byte) (x / 5 + grain)).put((byte) (y / 5 + grain)).put((byte) ((x + y) / 10 + grain));
            }
        }
        image = new RgbImage(SIDE, SIDE, pixels.flip());
        file = Files.createTempFile("png-bench", ".png");
        PngWriter.write(image, Map.of(), file);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        Files.delete(file);
    }

    @Benchmark
    public byte[] write() {
        return PngWriter.toBytes(image, Map.of());
    }

    @Benchmark
    public PngFile read() {
        return PngReader.read(file);
    }
}

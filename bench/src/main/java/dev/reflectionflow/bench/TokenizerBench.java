package dev.reflectionflow.bench;

import dev.reflectionflow.text.ClipTokenizer;
import dev.reflectionflow.text.T5Tokenizer;
import dev.reflectionflow.text.TokenIds;
import dev.reflectionflow.weights.ModelFiles;
import dev.reflectionflow.weights.ModelFolder;
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

/** A prompt to ids, with the shipped model's tokenizers. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class TokenizerBench {
    private static final String PROMPT =
            "a photo of a red circle left of a blue square, three green stars above them, on a plain white background";

    private static final int T5_TOKENS = 512;

    private ClipTokenizer clip;
    private T5Tokenizer t5;

    @Setup(Level.Trial)
    public void open() {
        ModelFiles shipped = ModelFolder.find(null, null);
        clip = ClipTokenizer.open(shipped.clipTokenizer());
        t5 = T5Tokenizer.open(shipped.t5Tokenizer());
    }

    @TearDown(Level.Trial)
    public void close() {
        clip.close();
        t5.close();
    }

    @Benchmark
    public TokenIds clip() {
        return clip.encode(PROMPT);
    }

    @Benchmark
    public TokenIds t5() {
        return t5.encode(PROMPT, T5_TOKENS);
    }
}

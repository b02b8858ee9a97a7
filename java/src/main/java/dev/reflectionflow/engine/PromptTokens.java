package dev.reflectionflow.engine;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.text.ClipTokenizer;
import dev.reflectionflow.text.T5Tokenizer;
import dev.reflectionflow.text.TokenIds;
import dev.reflectionflow.weights.ModelFiles;
import java.util.Arrays;
import java.util.function.Consumer;

/** Both tokenizers of a model. */
final class PromptTokens implements AutoCloseable {
    private final ClipTokenizer clip;
    private final T5Tokenizer t5;

    private PromptTokens(ClipTokenizer clip, T5Tokenizer t5) {
        this.clip = clip;
        this.t5 = t5;
    }

    static PromptTokens open(ModelFiles files) {
        ClipTokenizer clip = ClipTokenizer.open(files.clipTokenizer());
        try {
            return new PromptTokens(clip, T5Tokenizer.open(files.t5Tokenizer()));
        } catch (RuntimeException e) {
            clip.close();
            throw e;
        }
    }

    /** All that the text conditioning of a request depends on. */
    record Text(String clip, String t5, int maxSequenceLength) {
        static Text of(GenerationRequest request) {
            return new Text(request.prompt(), request.textForT5(), request.maxSequenceLength());
        }
    }

    /** Ids as the native encoders take them. */
    record Ids(long[] clip, long[] t5) {}

    /** Tokenises; what does not fit is cut and said to {@code warnings}. */
    Ids of(Text text, Consumer<String> warnings) {
        TokenIds forClip = clip.encode(text.clip());
        TokenIds forT5 = t5.encode(text.t5(), text.maxSequenceLength());
        forClip.cut().ifPresent(cut -> warnings.accept(warning("CLIP", ClipTokenizer.LENGTH, cut)));
        forT5.cut().ifPresent(cut -> warnings.accept(warning("T5", text.maxSequenceLength(), cut)));
        return new Ids(toLongs(forClip.ids()), toLongs(forT5.ids()));
    }

    @Override
    public void close() {
        clip.close();
        t5.close();
    }

    private static String warning(String encoder, int tokens, String cut) {
        return encoder + " reads " + tokens + " tokens; it does not see \"" + cut.strip() + "\"";
    }

    private static long[] toLongs(int[] ids) {
        return Arrays.stream(ids).asLongStream().toArray();
    }
}

package dev.reflectionflow.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The one place that touches the native tokenizer library: loads it without network access, and pads and cuts by
 * itself, because the library pads with id 0 whatever the model. Safe for several threads.
 */
final class TokenizerLibrary implements AutoCloseable {
    static {
        // Read when the library's classes load: without them it fetches a CUDA build on hosts with a GPU, and calls
        // home.
        setDefault("RUST_FLAVOR", "cpu");
        setDefault("OPT_OUT_TRACKING", "true");
        setDefault("ai.djl.offline", "true");
    }

    private final HuggingFaceTokenizer tokenizer;
    private final Path file;
    private final SpecialTokens special;
    private final int pad;
    private boolean closed;

    /**
     * @param json the content of a tokenizer.json
     * @param file named in errors
     * @param pad id of the padding, or -1 for the end marker's
     */
    TokenizerLibrary(ObjectNode json, Path file, int pad) {
        this.file = file;
        this.special = SpecialTokens.of(json.path("post_processor"), file);
        CharacterMap.check(json.path("normalizer"), file);
        this.pad = pad >= 0 ? pad : special.end();
        try {
            tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(TokenizerFiles.forEncoding(json)),
                    Map.of("padding", "false", "truncation", "false"));
        } catch (IOException | RuntimeException e) {
            throw unusable(e);
        }
    }

    private Encoding call(String text) {
        try {
            return tokenizer.encode(text, false, false);
        } catch (RuntimeException e) {
            throw unusable(e);
        }
    }

    private EngineException unusable(Exception e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        String cause = message.length() <= 300 ? message : message.substring(0, 300) + "...";
        return TokenizerFiles.bad(file, "not a usable tokenizer: " + cause);
    }

    /** Ids of {@code text}, cut to {@code length} with the end marker kept, or padded to it. */
    synchronized TokenIds encode(String text, int length) {
        if (closed) {
            throw new IllegalStateException("the tokenizer is closed");
        }
        int room = length - special.before().size() - special.after().size();
        if (room < 1) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT, "token length " + length + " leaves no room for text");
        }
        PromptText.checkCharacters(text);
        Encoding encoding = call(text);
        long[] all = encoding.getIds();
        IntStream kept = Arrays.stream(all).limit(room).mapToInt(Math::toIntExact);
        int[] used = concat(special.before().stream().mapToInt(id -> id), kept, special.after());
        int[] ids = Arrays.copyOf(used, length);
        Arrays.fill(ids, used.length, length, pad);
        Optional<String> cut =
                all.length <= room ? Optional.empty() : Optional.of(cutText(text, encoding.getCharTokenSpans()[room]));
        return new TokenIds(ids, used.length, cut);
    }

    private static int[] concat(IntStream before, IntStream text, List<Integer> after) {
        return IntStream.concat(before, IntStream.concat(text, after.stream().mapToInt(id -> id)))
                .toArray();
    }

    /** The library counts code points, Java counts UTF-16 units. */
    private static String cutText(String text, CharSpan firstCut) {
        int start = firstCut == null ? 0 : Math.min(firstCut.getStart(), text.codePointCount(0, text.length()));
        return text.substring(text.offsetByCodePoints(0, start)).strip();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            tokenizer.close();
        }
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}

package dev.reflectionflow.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

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
    private final int pad;
    private boolean closed;

    /**
     * @param json the content of a tokenizer.json
     * @param file named in errors
     * @param pad id of the padding, or -1 for the end marker's
     */
    TokenizerLibrary(byte[] json, Path file, int pad) {
        try {
            tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json), Map.of("padding", "false", "truncation", "false"));
        } catch (IOException | RuntimeException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": not a usable tokenizer: " + firstLine(e), e);
        }
        long[] empty = tokenizer.encode("").getIds();
        if (empty.length == 0) {
            tokenizer.close();
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": the tokenizer adds no end marker");
        }
        this.pad = pad >= 0 ? pad : (int) empty[empty.length - 1];
    }

    /** Ids of {@code text}, cut to {@code length} with the end marker kept, or padded to it. */
    synchronized TokenIds encode(String text, int length) {
        if (closed) {
            throw new IllegalStateException("the tokenizer is closed");
        }
        if (length < 2) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, "token length " + length + ": at least 2 are needed");
        }
        PromptText.checkCharacters(text);
        Encoding encoding = tokenizer.encode(text);
        long[] all = encoding.getIds();
        int[] ids = new int[length];
        Arrays.fill(ids, pad);
        for (int i = 0; i < Math.min(all.length, length); i++) {
            ids[i] = Math.toIntExact(all[i]);
        }
        if (all.length <= length) {
            return new TokenIds(ids, all.length, Optional.empty());
        }
        ids[length - 1] = Math.toIntExact(all[all.length - 1]);
        return new TokenIds(ids, length, Optional.of(cutText(text, encoding.getCharTokenSpans()[length - 1])));
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

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return message.length() <= 300 ? message : message.substring(0, 300) + "...";
    }
}

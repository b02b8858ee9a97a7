package dev.reflectionflow.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
    @TempDir
    Path folder;

    private static ClipTokenizer clip() {
        return ClipTokenizer.open(Golden.path("tiny-flux-dev/tokenizer"));
    }

    private static T5Tokenizer t5() {
        return T5Tokenizer.open(Golden.path("tiny-flux-dev/tokenizer_2"));
    }

    @Test
    void whatDoesNotFitIsReported() {
        try (ClipTokenizer clip = clip();
                T5Tokenizer t5 = t5()) {
            String prompt = "😀 ".repeat(3) + "cat ".repeat(100) + "the end";
            TokenIds ids = clip.encode(prompt);
            assertThat(ids.used()).isEqualTo(77);
            assertThat(ids.ids()[76]).isEqualTo(49407);
            assertThat(ids.ids()[75]).isNotEqualTo(49407);
            assertThat(ids.cut())
                    .hasValueSatisfying(
                            cut -> assertThat(cut).startsWith("cat cat").endsWith("the end"));
            int kept = (int) Arrays.stream(ids.ids()).filter(id -> id == 2368).count();
            assertThat(ids.cut().orElseThrow().split("cat", -1)).hasSize(100 - kept + 1);
            assertThat(clip.encode("a cat").cut()).isEmpty();
            assertThat(clip.encode("a cat").used()).isEqualTo(4);
            assertThat(t5.encode(prompt, 16).cut())
                    .hasValueSatisfying(cut -> assertThat(cut).endsWith("the end"));
            assertThat(t5.encode(prompt, 16).ids()[15]).isEqualTo(1);
        }
    }

    @Test
    void manyThreadsMayShareOne() {
        try (ClipTokenizer clip = clip()) {
            int[] expected = clip.encode("a red circle").ids();
            assertThat(IntStream.range(0, 200)
                            .parallel()
                            .mapToObj(i -> clip.encode("a red circle").ids()))
                    .allSatisfy(ids -> assertThat(ids).isEqualTo(expected));
        }
    }

    @Test
    void notTextIsRefused() {
        try (T5Tokenizer t5 = t5()) {
            assertThatThrownBy(() -> PromptText.check("a\0b")).hasMessageContaining("a NUL character at position 1");
            for (String text : new String[] {"a\ud800b", "\udc00", "end\ud83d"}) {
                assertThatThrownBy(() -> PromptText.check(text)).isInstanceOf(EngineException.class);
                assertThatThrownBy(() -> t5.encode(text, 8))
                        .isInstanceOfSatisfying(
                                EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                        .hasMessageContaining("position");
            }
            assertThat(t5.encode("\ud83d\ude00", 8).used()).isPositive();
        }
    }

    @Test
    void brokenFilesAreNamed() throws IOException {
        invalid(() -> T5Tokenizer.open(folder), "tokenizer.json: no such file");
        invalid(() -> ClipTokenizer.open(folder), "vocab.json: no such file");
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": 1}");
        invalid(() -> T5Tokenizer.open(folder), "tokenizer.json: post_processor adds no end marker");
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"model\":1,\"post_processor\":{\"type\":\"BertProcessing\",\"cls\":[\"a\",1],\"sep\":[\"b\",2]}}");
        invalid(() -> T5Tokenizer.open(folder), "tokenizer.json: not a usable tokenizer");
        Files.writeString(folder.resolve("vocab.json"), "[1]");
        invalid(() -> ClipTokenizer.open(folder), "vocab.json: not a JSON object");
        Files.writeString(folder.resolve("vocab.json"), "{\"a\": 1}");
        invalid(() -> ClipTokenizer.open(folder), "vocab.json: no id for the token <|startoftext|>");
        Files.writeString(folder.resolve("vocab.json"), "{\"<|startoftext|>\": 0, \"<|endoftext|>\": 1}");
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b c\n");
        invalid(() -> ClipTokenizer.open(folder), "merges.txt: line 2 is not a pair");
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b\n");
        invalid(() -> ClipTokenizer.open(folder), "vocab.json: not a usable tokenizer");
    }

    /** The native library would end the JVM over each of these decoders. */
    @Test
    void decodersDoNotMatter() throws IOException {
        ObjectNode json = (ObjectNode) Golden.json("tiny-flux-schnell/tokenizer_2/tokenizer.json");
        for (String decoder : new String[] {"{\"type\":\"Metaspac\"}", "{\"type\":7}", "{}", "[]"}) {
            json.set("decoder", new ObjectMapper().readTree(decoder));
            Files.writeString(folder.resolve("tokenizer.json"), json.toString());
            try (T5Tokenizer t5 = T5Tokenizer.open(folder)) {
                assertThat(t5.encode("a photo", 8).used()).isGreaterThan(1);
            }
        }
    }

    /** The native library would end the JVM over each of these maps. */
    @Test
    void damagedCharacterMapsAreRefused() throws IOException {
        for (String map :
                new String[] {"7", "\"\"", "\"AAAA\"", "\"not base64!\"", "\"/////w==\"", "\"BAAAAAAAAAD/\""}) {
            ObjectNode json = (ObjectNode) Golden.json("tiny-flux-schnell/tokenizer_2/tokenizer.json");
            json.set(
                    "normalizer",
                    new ObjectMapper().readTree("{\"type\":\"Precompiled\",\"precompiled_charsmap\":" + map + "}"));
            Files.writeString(folder.resolve("tokenizer.json"), json.toString());
            invalid(() -> T5Tokenizer.open(folder), "tokenizer.json: damaged precompiled_charsmap");
        }
    }

    private static void invalid(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }
}

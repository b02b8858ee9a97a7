package dev.reflectionflow.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizationTest {
    @TempDir
    Path folder;

    private static ClipTokenizer clip(String model) {
        return ClipTokenizer.open(Golden.path(model).resolve("tokenizer"));
    }

    private static T5Tokenizer t5(String model) {
        return T5Tokenizer.open(Golden.path(model).resolve("tokenizer_2"));
    }

    private static int[] padded(JsonNode ids, int length, int pad) {
        int[] result = new int[length];
        Arrays.fill(result, pad);
        for (int i = 0; i < ids.size(); i++) {
            result[i] = ids.get(i).intValue();
        }
        return result;
    }

    /** The ids for which a case's first of {@code keys} stands, or an accepted other form of them. */
    private static void check(List<String> wrong, JsonNode one, int[] actual, int pad, String... keys) {
        for (String key : keys) {
            if (one.has(key) && Arrays.equals(actual, padded(one.get(key), actual.length, pad))) {
                return;
            }
        }
        wrong.add(keys[0] + " of \"" + one.get("text").asText() + "\": " + Arrays.toString(actual));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-flux-dev", "tiny-flux-schnell"})
    void everyGoldenPromptHasTheReferenceIds(String model) {
        JsonNode golden = Golden.json("tokenization.json").get(model);
        int clipPad = golden.get("clip_pad").intValue();
        int t5Pad = golden.get("t5_pad").intValue();
        List<String> wrong = new ArrayList<>();
        try (ClipTokenizer clip = clip(model);
                T5Tokenizer t5 = t5(model)) {
            for (JsonNode one : golden.get("cases")) {
                String text = one.get("text").asText();
                check(wrong, one, clip.encode(text).ids(), clipPad, "clip", "clip_transformers4_slow");
                check(wrong, one, t5.encode(text, 512).ids(), t5Pad, "t5_512", "t5_512_tokenizer_json");
                if (one.has("t5_64")) {
                    check(wrong, one, t5.encode(text, 64).ids(), t5Pad, "t5_64", "t5_64_tokenizer_json");
                } else {
                    check(wrong, one, t5.encode(text, 64).ids(), t5Pad, "t5_512", "t5_512_tokenizer_json");
                }
            }
        }
        assertThat(golden.get("cases").size()).isGreaterThanOrEqualTo(60);
        assertThat(wrong).isEmpty();
        Golden.compared("tokenization.json", "");
    }

    @Test
    void textEncoderInputsAreReproduced() {
        String[] prompts = {
            "a photo of a bench",
            "a photo of four computer keyboards and a red umbrella left of a green clock",
            "",
            "A weathered lighthouse keeper, café in hand, watching 27 gulls wheel over the harbour "
                    + "at dawn; oil on canvas, thick impasto, raking light, muted teal and ochre palette, "
                    + "distant storm clouds building over a rough sea, highly detailed rigging on the moored "
                    + "fishing boats, reflections in wet cobblestones, long shadows, a stray dog asleep "
                    + "beside coiled rope, 85mm, f/1.8 [Reflexion]: The gulls are too few. Add more gulls "
                    + "and make the lantern visible."
        };
        for (String model : new String[] {"dev", "schnell"}) {
            try (ClipTokenizer clip = clip("tiny-flux-" + model);
                    T5Tokenizer t5 = t5("tiny-flux-" + model)) {
                for (int i = 0; i < prompts.length; i++) {
                    String prefix = model + ".p" + i + ".";
                    assertIds(prefix + "clip_input_ids", clip.encode(prompts[i]));
                    assertIds(prefix + "t5_64_input_ids", t5.encode(prompts[i], 64));
                    assertIds(prefix + "t5_512_input_ids", t5.encode(prompts[i], 512));
                }
            }
        }
    }

    private static void assertIds(String name, TokenIds actual) {
        float[] ids = new float[actual.ids().length];
        IntStream.range(0, ids.length).forEach(i -> ids[i] = actual.ids()[i]);
        Golden.assertClose("text-encoders.safetensors", name, ids, 0);
    }

    @Test
    void whatDoesNotFitIsReported() {
        try (ClipTokenizer clip = clip("tiny-flux-dev");
                T5Tokenizer t5 = t5("tiny-flux-dev")) {
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
        try (ClipTokenizer clip = clip("tiny-flux-dev")) {
            int[] expected = clip.encode("a red circle").ids();
            assertThat(IntStream.range(0, 200)
                            .parallel()
                            .mapToObj(i -> clip.encode("a red circle").ids()))
                    .allSatisfy(ids -> assertThat(ids).isEqualTo(expected));
        }
    }

    @Test
    void notTextIsRefused() {
        try (T5Tokenizer t5 = t5("tiny-flux-dev")) {
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

    private static void invalid(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }
}

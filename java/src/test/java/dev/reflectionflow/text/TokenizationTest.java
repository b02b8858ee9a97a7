package dev.reflectionflow.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizationTest {
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
}

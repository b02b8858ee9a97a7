package dev.reflectionflow.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes tokenizers for a model of few words, in the files that the published ones have. Each word is one token; other texts
 * fall into bytes for CLIP, and into ASCII characters for T5.
 */
public final class WordTokenizers {
    private static final String START = "<|startoftext|>";
    private static final String END = "<|endoftext|>";
    private static final String SPACE = "\u2581";
    private static final double WORD_SCORE = -4;
    private static final double CHARACTER_SCORE = -12;

    private WordTokenizers() {}

    /**
     * Writes {@code vocab.json}, {@code merges.txt} and the two small configurations of CLIP's tokenizer.
     *
     * @param words as they are written; CLIP makes them small, and splits signs off
     * @throws EngineException {@code INVALID_FILE} where the folder cannot be written
     */
    public static void writeClip(Path folder, Collection<String> words) {
        Set<String> letters = words.stream()
                .map(word -> word.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", ""))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<BytePairs.Merge> merges = BytePairs.learn(letters);
        Set<String> tokens = new LinkedHashSet<>();
        byteLetters().forEach(tokens::add);
        byteLetters().forEach(letter -> tokens.add(letter + "</w>"));
        merges.forEach(merge -> tokens.add(merge.token()));
        tokens.add(START);
        tokens.add(END);
        ObjectNode vocabulary = TokenizerFiles.JSON.createObjectNode();
        tokens.forEach(token -> vocabulary.put(token, vocabulary.size()));
        ObjectNode config = TokenizerFiles.JSON.createObjectNode().put("tokenizer_class", "CLIPTokenizer");
        config.put("model_max_length", ClipTokenizer.LENGTH).put("do_lower_case", true);
        config.put("add_prefix_space", false).put("errors", "replace").put("clean_up_tokenization_spaces", false);
        ObjectNode special = TokenizerFiles.JSON.createObjectNode();
        special.put("bos_token", START)
                .put("eos_token", END)
                .put("unk_token", END)
                .put("pad_token", END);
        config.setAll(special);
        write(folder.resolve("vocab.json"), vocabulary.toString());
        write(
                folder.resolve("merges.txt"),
                merges.stream()
                        .map(merge -> merge.left() + " " + merge.right() + "\n")
                        .collect(Collectors.joining("", "#version: 0.2\n", "")));
        write(folder.resolve("special_tokens_map.json"), special.toPrettyString());
        write(folder.resolve("tokenizer_config.json"), config.toPrettyString());
    }

    /** The letters that stand for the 256 bytes, in the published order. */
    private static List<String> byteLetters() {
        List<String> letters = new java.util.ArrayList<>();
        for (int[] range : new int[][] {{'!', '~'}, {0xA1, 0xAC}, {0xAE, 0xFF}, {0x100, 0x143}}) {
            for (int letter = range[0]; letter <= range[1]; letter++) {
                letters.add(Character.toString(letter));
            }
        }
        return letters;
    }

    /**
     * Writes {@code tokenizer.json} and its configuration for T5.
     *
     * @param words as they are written, capitals and signs included
     * @param length tokens that the model reads, the end marker included
     * @throws EngineException {@code INVALID_FILE} where the folder cannot be written
     */
    public static void writeT5(Path folder, Collection<String> words, int length) {
        ObjectNode root = TokenizerFiles.JSON.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        ObjectNode model =
                TokenizerFiles.JSON.createObjectNode().put("type", "Unigram").put("unk_id", 2);
        ArrayNode vocabulary = model.put("byte_fallback", false).putArray("vocab");
        for (String special : List.of("<pad>", "</s>", "<unk>")) {
            ObjectNode token = added.addObject().put("id", vocabulary.size()).put("content", special);
            token.put("single_word", false).put("lstrip", false).put("rstrip", false);
            token.put("normalized", false).put("special", true);
            vocabulary.addArray().add(special).add(0.0);
        }
        words.forEach(word -> vocabulary.addArray().add(SPACE + word).add(WORD_SCORE));
        vocabulary.addArray().add(SPACE).add(CHARACTER_SCORE);
        for (char sign = '!'; sign <= '~'; sign++) {
            // full stops and commas end words of every text
            boolean usual = sign == '.' || sign == ',';
            vocabulary.addArray().add(String.valueOf(sign)).add(usual ? WORD_SCORE : CHARACTER_SCORE);
        }
        root.putNull("normalizer");
        ArrayNode splitters =
                root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        splitters.addObject().put("type", "WhitespaceSplit");
        splitters.add(metaspace());
        root.set("post_processor", endMarker());
        root.set("decoder", metaspace());
        root.set("model", model);
        ObjectNode config = TokenizerFiles.JSON.createObjectNode().put("tokenizer_class", "T5TokenizerFast");
        config.put("eos_token", "</s>").put("pad_token", "<pad>").put("unk_token", "<unk>");
        config.put("extra_ids", 0).put("model_max_length", length).put("clean_up_tokenization_spaces", false);
        write(folder.resolve("tokenizer.json"), root.toPrettyString());
        write(folder.resolve("tokenizer_config.json"), config.toPrettyString());
    }

    private static ObjectNode metaspace() {
        return TokenizerFiles.JSON
                .createObjectNode()
                .put("type", "Metaspace")
                .put("replacement", SPACE)
                .put("prepend_scheme", "always")
                .put("split", true);
    }

    /** A text, or two, with the end marker after each. */
    private static ObjectNode endMarker() {
        ObjectNode post = TokenizerFiles.JSON.createObjectNode().put("type", "TemplateProcessing");
        for (String kind : List.of("single", "pair")) {
            ArrayNode pieces = post.putArray(kind);
            for (String text : kind.equals("single") ? List.of("A") : List.of("A", "B")) {
                pieces.addObject().putObject("Sequence").put("id", text).put("type_id", 0);
                pieces.addObject().putObject("SpecialToken").put("id", "</s>").put("type_id", 0);
            }
        }
        ObjectNode end = post.putObject("special_tokens").putObject("</s>").put("id", "</s>");
        end.putArray("ids").add(1);
        end.putArray("tokens").add("</s>");
        return post;
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text.endsWith("\n") ? text : text + "\n");
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be written", e);
        }
    }
}

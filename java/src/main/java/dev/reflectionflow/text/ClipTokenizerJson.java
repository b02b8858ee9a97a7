package dev.reflectionflow.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The tokenizer.json that CLIP's vocab.json and merges.txt stand for; published FLUX.1 folders come without one.
 *
 * @param root the whole description
 * @param pad id of the padding token
 */
record ClipTokenizerJson(ObjectNode root, int pad) {
    private static final String WORDS = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    static ClipTokenizerJson read(Path folder) {
        Path file = folder.resolve("vocab.json");
        JsonNode vocabulary = TokenizerFiles.readObject(file);
        Path configFile = folder.resolve("tokenizer_config.json");
        JsonNode config = Files.exists(configFile) ? TokenizerFiles.readObject(configFile) : MissingNode.getInstance();
        String bos = token(config, "bos_token", "<|startoftext|>");
        String eos = token(config, "eos_token", "<|endoftext|>");
        ObjectNode root = TokenizerFiles.JSON.createObjectNode().put("version", "1.0");
        ArrayNode added = root.putArray("added_tokens");
        addToken(added, id(file, vocabulary, bos), bos);
        if (!bos.equals(eos)) {
            addToken(added, id(file, vocabulary, eos), eos);
        }
        putSplitting(root);
        ObjectNode post = root.putObject("post_processor").put("type", "RobertaProcessing");
        post.put("trim_offsets", false).put("add_prefix_space", false);
        post.putArray("sep").add(eos).add(id(file, vocabulary, eos));
        post.putArray("cls").add(bos).add(id(file, vocabulary, bos));
        ObjectNode model = root.putObject("model").put("type", "BPE").put("unk_token", eos);
        model.put("continuing_subword_prefix", "")
                .put("end_of_word_suffix", "</w>")
                .put("fuse_unk", false);
        model.set("vocab", vocabulary);
        putMerges(model.putArray("merges"), folder.resolve("merges.txt"));
        return new ClipTokenizerJson(root, id(file, vocabulary, token(config, "pad_token", eos)));
    }

    /** Unicode composed, white space collapsed, lower case; words, single digits and runs of signs; bytes as letters. */
    private static void putSplitting(ObjectNode root) {
        ArrayNode normalizers =
                root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        normalizers.addObject().put("type", "NFC");
        normalizers
                .addObject()
                .put("type", "Replace")
                .put("content", " ")
                .putObject("pattern")
                .put("Regex", "\\s+");
        normalizers.addObject().put("type", "Lowercase");
        ArrayNode splitters =
                root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        ObjectNode split = splitters
                .addObject()
                .put("type", "Split")
                .put("behavior", "Removed")
                .put("invert", true);
        split.putObject("pattern").put("Regex", WORDS);
        splitters
                .addObject()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true);
    }

    private static void putMerges(ArrayNode merges, Path file) {
        String text = new String(TokenizerFiles.read(file), StandardCharsets.UTF_8);
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String merge = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            if (merge.isEmpty() || (number == 1 && merge.startsWith("#version"))) {
                continue;
            }
            String[] pair = merge.split(" ", -1);
            if (pair.length != 2) {
                throw TokenizerFiles.bad(file, "line " + number + " is not a pair of tokens");
            }
            merges.addArray().add(pair[0]).add(pair[1]);
        }
    }

    private static void addToken(ArrayNode added, int id, String content) {
        ObjectNode token =
                added.addObject().put("id", id).put("content", content).put("special", true);
        token.put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false);
    }

    /** A token's text in tokenizer_config.json, where it is a string or an object with its content. */
    private static String token(JsonNode config, String key, String defaultValue) {
        JsonNode node = config.path(key);
        return node.path("content").asText(node.asText(defaultValue));
    }

    private static int id(Path file, JsonNode vocabulary, String token) {
        JsonNode id = vocabulary.path(token);
        if (!id.isInt() || id.intValue() < 0) {
            throw TokenizerFiles.bad(file, "no id for the token " + token);
        }
        return id.intValue();
    }
}

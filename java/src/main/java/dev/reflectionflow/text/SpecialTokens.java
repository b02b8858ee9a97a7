package dev.reflectionflow.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The ids that a tokenizer puts around a text, read from its post_processor. They are added in Java, because the native
 * library ends the process over a post_processor that contradicts itself.
 *
 * @param before ids before the text's
 * @param after ids after the text's, the end marker last; never empty
 */
record SpecialTokens(List<Integer> before, List<Integer> after) {
    static SpecialTokens of(JsonNode postProcessor, Path file) {
        SpecialTokens tokens = switch (postProcessor.path("type").asText()) {
            case "TemplateProcessing" -> template(postProcessor, file);
            case "RobertaProcessing", "BertProcessing" ->
                new SpecialTokens(
                        List.of(id(postProcessor.path("cls").path(1), file)),
                        List.of(id(postProcessor.path("sep").path(1), file)));
            default -> throw TokenizerFiles.bad(file, "post_processor adds no end marker in a way known here");
        };
        if (tokens.after.isEmpty()) {
            throw TokenizerFiles.bad(file, "post_processor adds no end marker");
        }
        return tokens;
    }

    /** The id of the end marker. */
    int end() {
        return after.get(after.size() - 1);
    }

    private static SpecialTokens template(JsonNode postProcessor, Path file) {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        boolean textSeen = false;
        for (JsonNode piece : postProcessor.path("single")) {
            if (piece.has("Sequence")) {
                textSeen = true;
                continue;
            }
            String name = piece.path("SpecialToken").path("id").asText();
            for (JsonNode id : postProcessor.path("special_tokens").path(name).path("ids")) {
                (textSeen ? after : before).add(id(id, file));
            }
        }
        return new SpecialTokens(List.copyOf(before), List.copyOf(after));
    }

    private static int id(JsonNode node, Path file) {
        if (!node.isInt() || node.intValue() < 0) {
            throw TokenizerFiles.bad(file, "post_processor has a token without an id");
        }
        return node.intValue();
    }
}

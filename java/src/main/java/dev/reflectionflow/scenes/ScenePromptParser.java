package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Recursive descent over the words of a prompt:
 *
 * <pre>
 * prompt  = [article] [("photo" | "picture" | "image" | "drawing") "of"] group (relation group | ("and" group)*)
 * group   = [count | article] [colour] shape
 * </pre>
 */
final class ScenePromptParser {
    private static final List<String> ARTICLES = List.of("a", "an", "the");
    private static final List<String> MEDIA = List.of("photo", "photograph", "picture", "image", "drawing");
    private static final Map<String, Integer> COUNTS = Map.ofEntries(
            Map.entry("one", 1),
            Map.entry("two", 2),
            Map.entry("three", 3),
            Map.entry("four", 4),
            Map.entry("1", 1),
            Map.entry("2", 2),
            Map.entry("3", 3),
            Map.entry("4", 4));

    /** Longest first, so that "to the left of" is not taken for something shorter. */
    private static final List<Map.Entry<List<String>, Relation>> RELATIONS = List.of(
            Map.entry(List.of("to", "the", "left", "of"), Relation.LEFT_OF),
            Map.entry(List.of("on", "the", "left", "of"), Relation.LEFT_OF),
            Map.entry(List.of("to", "the", "right", "of"), Relation.RIGHT_OF),
            Map.entry(List.of("on", "the", "right", "of"), Relation.RIGHT_OF),
            Map.entry(List.of("left", "of"), Relation.LEFT_OF),
            Map.entry(List.of("right", "of"), Relation.RIGHT_OF),
            Map.entry(List.of("above"), Relation.ABOVE),
            Map.entry(List.of("below"), Relation.BELOW),
            Map.entry(List.of("under"), Relation.BELOW));

    private final List<String> words;
    private int at;

    ScenePromptParser(String prompt) {
        words = List.of(prompt.toLowerCase(Locale.ROOT)
                .replaceAll("[,;&+]", " and ")
                .replaceAll("[.!\"]", " ")
                .strip()
                .split("\\s+"));
    }

    Optional<ScenePrompt> parse() {
        skipMedium();
        Optional<Group> first = group();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        Optional<Relation> relation = relation();
        List<Group> groups = new ArrayList<>(List.of(first.get()));
        while (relation.isPresent() ? groups.size() < 2 : skipAnd()) {
            Optional<Group> next = group();
            if (next.isEmpty()) {
                return Optional.empty();
            }
            groups.add(next.get());
        }
        return at == words.size() ? Optional.of(new ScenePrompt(groups, relation)) : Optional.empty();
    }

    private void skipMedium() {
        int start = at;
        skipArticle();
        if (MEDIA.contains(peek()) && at + 1 < words.size() && words.get(at + 1).equals("of")) {
            at += 2;
        } else {
            at = start;
        }
    }

    private Optional<Group> group() {
        int count = 1;
        boolean counted = true;
        if (COUNTS.containsKey(peek())) {
            count = COUNTS.get(words.get(at++));
        } else {
            counted = skipArticle();
        }
        Optional<SceneColor> color = SceneColor.ofWord(peek());
        if (color.isPresent()) {
            at++;
        }
        String word = peek();
        Optional<Shape> shape = Shape.ofWord(word);
        // "red circles" leaves their number open, so no verdict on it could be right
        if (shape.isEmpty() || (!counted && word.endsWith("s"))) {
            return Optional.empty();
        }
        at++;
        return Optional.of(new Group(count, color, shape.get()));
    }

    private Optional<Relation> relation() {
        int start = at;
        if (peek().equals("is") || peek().equals("are")) {
            at++;
        }
        for (Map.Entry<List<String>, Relation> entry : RELATIONS) {
            int end = at + entry.getKey().size();
            if (end <= words.size() && words.subList(at, end).equals(entry.getKey())) {
                at = end;
                return Optional.of(entry.getValue());
            }
        }
        at = start;
        return Optional.empty();
    }

    private boolean skipAnd() {
        boolean found = false;
        while (peek().equals("and")) {
            found = true;
            at++;
        }
        return found;
    }

    private boolean skipArticle() {
        boolean found = ARTICLES.contains(peek());
        if (found) {
            at++;
        }
        return found;
    }

    private String peek() {
        return at < words.size() ? words.get(at) : "";
    }
}

package dev.reflectionflow.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Learns byte pair merges until each of some words is one token, as byte pair encoding is trained. */
final class BytePairs {
    private static final String END = "</w>";

    private final List<List<String>> words = new ArrayList<>();

    /** A pair of tokens that become one. */
    record Merge(String left, String right) {
        String token() {
            return left + right;
        }
    }

    private BytePairs(Collection<String> texts) {
        for (String text : texts) {
            List<String> letters = new ArrayList<>();
            text.codePoints().forEach(letter -> letters.add(Character.toString(letter)));
            letters.set(letters.size() - 1, letters.get(letters.size() - 1) + END);
            words.add(letters);
        }
    }

    /** The merges, in the order in which they apply; {@code words} in small ASCII letters. */
    static List<Merge> learn(Collection<String> words) {
        return new BytePairs(words).learn();
    }

    private List<Merge> learn() {
        List<Merge> merges = new ArrayList<>();
        for (Map<Merge, Integer> pairs = pairs(); !pairs.isEmpty(); pairs = pairs()) {
            int most = pairs.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
            Merge merge = pairs.entrySet().stream()
                    .filter(entry -> entry.getValue() == most)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
            merges.add(merge);
            words.forEach(word -> apply(merge, word));
        }
        return merges;
    }

    /** How often tokens follow each other; in a fixed order. */
    private Map<Merge, Integer> pairs() {
        Map<Merge, Integer> pairs =
                new TreeMap<>(Comparator.comparing(Merge::left).thenComparing(Merge::right));
        for (List<String> word : words) {
            for (int i = 0; i + 1 < word.size(); i++) {
                pairs.merge(new Merge(word.get(i), word.get(i + 1)), 1, Integer::sum);
            }
        }
        return pairs;
    }

    private static void apply(Merge merge, List<String> word) {
        for (int i = 0; i + 1 < word.size(); i++) {
            if (word.get(i).equals(merge.left()) && word.get(i + 1).equals(merge.right())) {
                word.set(i, merge.token());
                word.remove(i + 1);
            }
        }
    }
}

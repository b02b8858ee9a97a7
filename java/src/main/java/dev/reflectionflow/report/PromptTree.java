package dev.reflectionflow.report;

import dev.reflectionflow.run.Budget;
import dev.reflectionflow.run.JournalRecord.Advised;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.JournalRecord.Stopped;
import dev.reflectionflow.run.JournalRecord.Texts;
import dev.reflectionflow.run.RecordedRun;
import dev.reflectionflow.run.RunRecords;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a run knows of one prompt.
 *
 * @param index its row
 * @param text the user's own prompt
 * @param tag its kind, where its row names one
 * @param nodes its images in drawing order
 * @param cost of everything, a pool that does not count included
 * @param stop why it ended; empty while it goes on
 */
record PromptTree(int index, String text, Optional<String> tag, List<Node> nodes, Budget cost, Optional<String> stop) {
    static PromptTree of(RecordedRun run, int index) {
        RunRecords records = run.records();
        Map<String, Object> row = run.metadata(index);
        String text = (String) row.get("prompt");
        List<Drawn> images = records.images(index);
        Map<String, Integer> places = new HashMap<>();
        images.forEach(image -> places.putIfAbsent(image.key(), image.image()));
        return new PromptTree(
                index,
                text,
                row.get("tag") instanceof String tag ? Optional.of(tag) : Optional.empty(),
                images.stream().map(image -> node(run, text, places, image)).toList(),
                records.records(index).stream().map(Budget::of).reduce(Budget.NONE, Budget::plus),
                records.stopped(index).map(Stopped::reason));
    }

    private static Node node(RecordedRun run, String text, Map<String, Integer> places, Drawn image) {
        List<Judged> judged = run.records().judged(image);
        List<Advised> failed = run.records().records(image.promptIndex()).stream()
                .filter(line -> line instanceof Advised advice
                        && advice.image() == image.image()
                        && advice.status().equals("failed"))
                .map(Advised.class::cast)
                .toList();
        Texts texts = image.texts() == null ? new Texts(text, "") : image.texts();
        return new Node(
                image,
                judged.isEmpty() ? Optional.empty() : Optional.of(judged.get(judged.size() - 1)),
                run.counts(image),
                // an image drawn from itself, were there one, would have no end
                Optional.ofNullable(image.parent()).map(places::get).filter(place -> place < image.image()),
                texts.prompt(),
                texts.reflection() == null ? "" : texts.reflection(),
                failed);
    }

    Node node(int image) {
        return nodes.stream().filter(node -> node.image() == image).findFirst().orElseThrow();
    }

    List<Node> childrenOf(Node node) {
        return nodes.stream()
                .filter(other -> other.parent().equals(Optional.of(node.image())))
                .toList();
    }

    /** The image with the highest score that counts, ties to the earlier one; without scores the first that counts. */
    Optional<Node> best() {
        return nodes.stream()
                .filter(Node::counts)
                .min(Comparator.comparing((Node node) -> node.score().isEmpty())
                        .thenComparing(node -> node.score().orElse(0.0), Comparator.reverseOrder())
                        .thenComparing(Node::image));
    }

    /** The score of the first image that has one, of the pool too: how hard the prompt is without a search. */
    Optional<Double> firstScore() {
        return nodes.isEmpty() ? Optional.empty() : nodes.get(0).score();
    }

    Optional<Double> bestScore() {
        return best().flatMap(Node::score);
    }

    boolean satisfied() {
        return nodes.stream().anyMatch(node -> node.counts() && node.satisfied());
    }
}

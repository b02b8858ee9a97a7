package dev.reflectionflow.cli;

import dev.reflectionflow.Approximations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * How much of a folder of prompts came out right.
 *
 * @param prompts in the folder's order
 * @param computed whether they are exact or approximate, behind a comma; empty of pictures that no run of ours drew
 */
record ScenesEvaluation(List<JudgedScenes> prompts, String computed) {
    static ScenesEvaluation of(FilterSource source, Console console) {
        Map<Path, Double> scores = source.run().map(JudgedScenes::scores).orElse(Map.of());
        List<FilterSource.Images> all = source.prompts();
        AtomicInteger done = new AtomicInteger();
        List<JudgedScenes> prompts = all.parallelStream()
                .map(prompt -> {
                    JudgedScenes judged = JudgedScenes.of(prompt, scores);
                    console.progress("judged prompt " + done.incrementAndGet() + " of " + all.size());
                    return judged;
                })
                .toList();
        console.clear();
        String computed = source.run()
                .map(run -> ", " + Approximations.marked(run.approximations()))
                .orElse("");
        return new ScenesEvaluation(prompts, computed);
    }

    /** Both tables. */
    String markdown(String name, SortedSet<Integer> budgets) {
        List<String> tags = prompts.stream()
                .map(JudgedScenes::tag)
                .distinct()
                .filter(tag -> !tag.isEmpty())
                .toList();
        List<String> lines = new ArrayList<>();
        lines.add("### " + name + ": " + prompts.size() + " prompts" + computed + "\n");
        lines.add(MarkdownTable.head(
                Stream.concat(Stream.of("images", "accuracy %", "95 % interval", "oracle %"), tags.stream())
                        .toList()));
        for (int budget : budgets) {
            List<String> cells = new ArrayList<>();
            cells.add(String.valueOf(budget));
            cells.add(MarkdownTable.share(prompts.stream().map(prompt -> prompt.isChosenRight(budget))));
            cells.add(MarkdownTable.interval(
                    prompts.stream()
                            .filter(prompt -> prompt.isChosenRight(budget))
                            .count(),
                    prompts.size()));
            cells.add(MarkdownTable.share(prompts.stream().map(prompt -> prompt.isAnyRight(budget))));
            for (String tag : tags) {
                cells.add(MarkdownTable.share(prompts.stream()
                        .filter(prompt -> prompt.tag().equals(tag))
                        .map(prompt -> prompt.isChosenRight(budget))));
            }
            lines.add(MarkdownTable.row(cells));
        }
        lines.add("");
        lines.addAll(agreement());
        return String.join("\n", lines) + "\n";
    }

    /** Images by what both judges say. */
    private List<String> agreement() {
        long[] counts = new long[4];
        prompts.forEach(prompt ->
                prompt.images().forEach(image -> counts[(image.right() ? 0 : 2) + (image.verified() ? 0 : 1)]++));
        long all = counts[0] + counts[1] + counts[2] + counts[3];
        return List.of(
                MarkdownTable.head(List.of("images", "verifier: right", "verifier: wrong")),
                MarkdownTable.row("evaluator: right", String.valueOf(counts[0]), String.valueOf(counts[1])),
                MarkdownTable.row("evaluator: wrong", String.valueOf(counts[2]), String.valueOf(counts[3])),
                "",
                "The judges agree on " + MarkdownTable.percent((counts[0] + counts[3]) / (double) all) + " % of " + all
                        + " images.");
    }
}

package dev.reflectionflow.cli;

import dev.reflectionflow.scenes.FlawedSample;
import dev.reflectionflow.scenes.SceneFlaw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How many flawed scenes each of some ways to draw has mended, as Markdown. */
final class ScenesMendingTable {
    private final List<String> lines = new ArrayList<>();

    ScenesMendingTable() {
        List<String> head = Stream.concat(
                        Stream.of(
                                "given",
                                "mended, others kept %",
                                "95 % interval",
                                "mended %",
                                "others kept %",
                                "unchanged %"),
                        Arrays.stream(SceneFlaw.values())
                                .map(flaw -> flaw.name().toLowerCase(Locale.ROOT)))
                .toList();
        lines.add(MarkdownTable.head(head));
    }

    /**
     * A way's line. Beyond the shares of all samples it has, for each kind of flaw, that of the samples with it that were
     * mended with the others kept.
     *
     * @param given what it was drawn from
     * @param outcomes one for each sample
     */
    void add(String given, List<FlawedSample> samples, List<MendingOutcome> outcomes) {
        long both = outcomes.stream().filter(ScenesMendingTable::isBoth).count();
        List<String> cells = new ArrayList<>();
        cells.add(given);
        cells.add(MarkdownTable.percent((double) both / outcomes.size()));
        cells.add(MarkdownTable.interval(both, outcomes.size()));
        cells.add(MarkdownTable.share(outcomes.stream().map(MendingOutcome::mended)));
        cells.add(MarkdownTable.share(outcomes.stream().map(MendingOutcome::kept)));
        cells.add(MarkdownTable.share(outcomes.stream().map(MendingOutcome::unchanged)));
        for (SceneFlaw flaw : SceneFlaw.values()) {
            Stream.Builder<Boolean> those = Stream.builder();
            for (int i = 0; i < samples.size(); i++) {
                if (samples.get(i).flaws().contains(flaw)) {
                    those.add(isBoth(outcomes.get(i)));
                }
            }
            cells.add(MarkdownTable.share(those.build()));
        }
        lines.add(MarkdownTable.row(cells));
    }

    private static boolean isBoth(MendingOutcome outcome) {
        return outcome.mended() && outcome.kept();
    }

    String markdown() {
        return String.join("\n", lines);
    }
}

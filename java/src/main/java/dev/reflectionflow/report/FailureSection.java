package dev.reflectionflow.report;

import dev.reflectionflow.run.JournalRecord.Judged;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** What went wrong: said, and never left to be found. */
final class FailureSection {
    private final List<Strategy> strategies;

    FailureSection(List<Strategy> strategies) {
        this.strategies = strategies;
    }

    void write(Markup out) {
        out.open("section", "id", "failures").element("h2", "Failures");
        List<List<String>> rows = new ArrayList<>();
        for (Strategy one : strategies) {
            one.prompts().forEach(prompt -> rows.addAll(of(one, prompt)));
        }
        if (rows.isEmpty()) {
            out.element("p", "None: every image is there and judged, every question was answered, every prompt ended.");
        } else {
            new Table("What went wrong", List.of("Run", "Prompt", "Image", "What", "Why"), rows, "words").write(out);
        }
        out.close("section").raw("\n");
    }

    private static List<List<String>> of(Strategy run, PromptTree prompt) {
        List<List<String>> rows = new ArrayList<>();
        for (Node node : prompt.nodes()) {
            if (node.unscored()) {
                String why = node.judged().map(Judged::explanation).orElse("no verifier has looked at it yet");
                rows.add(row(run, prompt, node, "unscored", why));
            }
            node.failedAdvice()
                    .forEach(advice -> rows.add(row(run, prompt, node, "no " + advice.role(), advice.explanation())));
            if (!Files.isRegularFile(run.run().file(node.drawn()))) {
                rows.add(row(run, prompt, node, "file missing", node.drawn().file()));
            }
        }
        if (prompt.stop().isEmpty()) {
            rows.add(List.of(run.label(), String.valueOf(prompt.index()), "\u2013", "not ended", "the run can go on"));
        }
        return rows;
    }

    private static List<String> row(Strategy run, PromptTree prompt, Node node, String what, String why) {
        return List.of(run.label(), String.valueOf(prompt.index()), "#" + node.image(), what, why == null ? "" : why);
    }
}

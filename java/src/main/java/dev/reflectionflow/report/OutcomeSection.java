package dev.reflectionflow.report;

import dev.reflectionflow.report.Groups.Reached;
import dev.reflectionflow.run.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the runs reached and what they cost, in tables. */
final class OutcomeSection {
    private final List<Strategy> strategies;
    private final Markup out;

    OutcomeSection(List<Strategy> strategies, Markup out) {
        this.strategies = strategies;
        this.out = out;
    }

    void write() {
        out.open("section", "id", "outcome").element("h2", "Outcome");
        sharedPrompts();
        out.open("div", "class", "tables");
        reached("What the first and the best image of each prompt score", "Strategy", List.of(""), (one, any) -> true);
        budgets();
        List<String> tags = Groups.tags(strategies);
        if (!tags.isEmpty()) {
            reached("By tag", "Tag", tags, (prompt, tag) -> prompt.tag().equals(Optional.of(tag)));
        }
        Map<String, String> difficulty = Groups.difficulty(strategies);
        if (!difficulty.isEmpty()) {
            reached(
                    "By difficulty: prompts whose first image scores in the lower, middle and upper third",
                    "Prompts",
                    List.of(Groups.HARD, Groups.MEDIUM, Groups.EASY),
                    (prompt, level) -> level.equals(difficulty.get(prompt.text())));
        }
        out.close("div").close("section").raw("\n");
    }

    private void sharedPrompts() {
        List<Set<String>> sets = strategies.stream()
                .map(one -> one.prompts().stream().map(PromptTree::text).collect(Collectors.toSet()))
                .toList();
        Set<String> all = sets.stream().flatMap(Set::stream).collect(Collectors.toSet());
        long shared = all.stream()
                .filter(text -> sets.stream().allMatch(set -> set.contains(text)))
                .count();
        if (shared < all.size()) {
            out.element(
                    "p",
                    "The runs share " + shared + " of " + all.size()
                            + " prompts: a line below is of all prompts that its run has.",
                    "class",
                    "warning");
        }
    }

    /** Whether a prompt is in a group. */
    private interface Member {
        boolean test(PromptTree prompt, String group);
    }

    private void reached(String caption, String head, List<String> groups, Member member) {
        boolean grouped = groups.size() > 1 || !groups.get(0).isEmpty();
        List<List<String>> rows = new ArrayList<>();
        for (String group : groups) {
            for (Strategy one : strategies) {
                Reached reached = Reached.by(one.prompts().stream()
                        .filter(prompt -> member.test(prompt, group))
                        .toList());
                if (reached.prompts() > 0) {
                    String name = !grouped ? one.label() : strategies.size() == 1 ? group : group + ", " + one.label();
                    rows.add(row(name, reached));
                }
            }
        }
        new Table(caption, List.of(head, "Prompts", "First", "Best", "Gain", "Satisfied"), rows).write(out);
    }

    private static List<String> row(String name, Reached reached) {
        return List.of(
                name,
                Words.count(reached.prompts()),
                Words.score(reached.first()),
                Words.score(reached.best()),
                Words.gain(reached.first(), reached.best()),
                reached.satisfied() + " (" + Words.share(reached.satisfied(), reached.prompts()) + ")");
    }

    private void budgets() {
        record Item(String name, Function<Budget, Number> value) {}
        List<Item> items = List.of(
                new Item("Images", Budget::images),
                new Item("Network evaluations", Budget::networkEvaluations),
                new Item("Saved by pruning", Budget::savedEvaluations),
                new Item("Verifier calls", Budget::verifierCalls),
                new Item("Language-model calls", Budget::languageModelCalls),
                new Item("Tokens", Budget::tokens),
                new Item("Seconds", Budget::seconds));
        List<List<String>> rows = new ArrayList<>();
        for (Item item : items) {
            List<String> row = new ArrayList<>(List.of(item.name()));
            for (Strategy one : strategies) {
                double value = item.value().apply(one.cost()).doubleValue();
                row.add(item.name().equals("Seconds") ? Words.mean(value) : Words.count(Math.round(value)));
                row.add(
                        one.prompts().isEmpty()
                                ? "\u2013"
                                : Words.mean(value / one.prompts().size()));
            }
            rows.add(row);
        }
        List<String> heads = new ArrayList<>(List.of("Spent"));
        strategies.forEach(one -> heads.addAll(List.of(one.label(), "per prompt")));
        new Table("Budgets, counted from the first image of the pool on", heads, rows).write(out);
    }
}

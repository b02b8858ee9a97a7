package dev.reflectionflow.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every prompt with its tree of images, of each run that has it. */
final class PromptSection {
    private static final int THUMBNAIL = 88;

    /** Deeper images stand below each other: a narrow page has no room for more. */
    private static final int DEEPEST_INDENT = 5;

    private final List<Strategy> strategies;
    private final Markup out;

    PromptSection(List<Strategy> strategies, Markup out) {
        this.strategies = strategies;
        this.out = out;
    }

    void write() {
        Map<String, Map<Integer, PromptTree>> byText = new LinkedHashMap<>();
        for (int run = 0; run < strategies.size(); run++) {
            for (PromptTree prompt : strategies.get(run).prompts()) {
                // a prompt that stands twice in a run is told apart by its row
                String text = prompt.text();
                String key = byText.getOrDefault(text, Map.of()).containsKey(run) ? text + prompt.index() : text;
                byText.computeIfAbsent(key, any -> new LinkedHashMap<>()).put(run, prompt);
            }
        }
        out.open("section", "id", "prompts").element("h2", "Prompts");
        controls(byText.size());
        int number = 0;
        for (Map<Integer, PromptTree> runs : byText.values()) {
            prompt(runs, number++);
        }
        out.close("section").raw("\n");
    }

    private void controls(int prompts) {
        out.open("form", "class", "controls", "hidden", "", "role", "search");
        out.open("label").text("Find ").empty("input", "type", "search", "id", "find", "autocomplete", "off");
        out.close("label");
        out.open("label")
                .empty("input", "type", "checkbox", "id", "unsatisfied")
                .text(" only unsatisfied");
        out.close("label");
        out.element("button", "Open all", "type", "button", "id", "open-all");
        out.element("button", "Close all", "type", "button", "id", "close-all");
        out.element("output", prompts + " of " + prompts, "id", "shown", "aria-live", "polite");
        out.close("form").raw("\n");
    }

    private void prompt(Map<Integer, PromptTree> runs, int number) {
        PromptTree any = runs.values().iterator().next();
        boolean satisfied = runs.values().stream().anyMatch(PromptTree::satisfied);
        out.open(
                "details",
                "class",
                "prompt",
                "id",
                "p" + number,
                "data-satisfied",
                String.valueOf(satisfied),
                "open",
                number == 0 ? "" : null);
        out.open("summary");
        thumbnail(runs);
        out.open("span", "class", "what").element("span", any.text(), "class", "text");
        any.tag().ifPresent(tag -> out.element("span", tag, "class", "badge quiet"));
        out.close("span").open("span", "class", "gains");
        runs.forEach((run, prompt) -> gain(run, prompt, runs.size() > 1 || strategies.size() > 1));
        out.close("span").close("summary").open("div", "class", "runs");
        runs.forEach((run, prompt) -> run(run, prompt, "p" + number + "r" + run + "i"));
        out.close("div").close("details").raw("\n");
    }

    private void thumbnail(Map<Integer, PromptTree> runs) {
        Map.Entry<Integer, PromptTree> first = runs.entrySet().iterator().next();
        first.getValue()
                .best()
                .flatMap(best -> CandidateCard.read(strategies.get(first.getKey()), best))
                .ifPresent(image -> out.empty("img", "src", Pictures.dataUrl(image, THUMBNAIL), "alt", ""));
    }

    private void gain(int run, PromptTree prompt, boolean several) {
        out.open("span", "class", "gain");
        if (several) {
            out.element(
                    "span",
                    "",
                    "class",
                    "swatch " + Palette.style(run),
                    "title",
                    strategies.get(run).label());
        }
        out.text(Words.score(prompt.firstScore()) + " \u2192 ").element("b", Words.score(prompt.bestScore()));
        if (prompt.satisfied()) {
            out.element("span", "\u2713", "class", "tick-mark", "title", "satisfied");
        }
        out.close("span");
    }

    private void run(int run, PromptTree prompt, String idPrefix) {
        Strategy strategy = strategies.get(run);
        out.open("section", "class", "run");
        String end = prompt.stop().map(reason -> "ended: " + reason).orElse("not ended");
        out.open("h3");
        if (strategies.size() > 1) {
            out.element("span", "", "class", "swatch " + Palette.style(run)).text(strategy.label());
            out.text(" \u00b7 ");
        }
        out.text(Words.images(prompt.nodes().size()))
                .element("small", " " + end)
                .close("h3");
        CandidateCard card = new CandidateCard(strategy, prompt, idPrefix, out);
        List<Node> roots =
                prompt.nodes().stream().filter(node -> node.parent().isEmpty()).toList();
        List<Node> alone =
                roots.stream().filter(root -> prompt.childrenOf(root).isEmpty()).toList();
        if (roots.size() > alone.size()) {
            out.open("ul", "class", "tree");
            roots.stream().filter(root -> !alone.contains(root)).forEach(root -> tree(prompt, root, card, 0));
            out.close("ul");
        }
        if (!alone.isEmpty()) {
            out.open("div", "class", "grid");
            alone.forEach(card::write);
            out.close("div");
        }
        out.close("section").raw("\n");
    }

    private void tree(PromptTree prompt, Node node, CandidateCard card, int depth) {
        out.open("li");
        card.write(node);
        List<Node> children = prompt.childrenOf(node);
        if (!children.isEmpty()) {
            out.open("ul", "class", depth < DEEPEST_INDENT ? "children" : "children flat");
            children.forEach(child -> tree(prompt, child, card, depth + 1));
            out.close("ul");
        }
        out.close("li");
    }
}

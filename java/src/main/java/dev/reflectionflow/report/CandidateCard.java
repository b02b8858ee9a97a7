package dev.reflectionflow.report;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.RequestRecord;
import java.util.Optional;

/** One image of a tree, with everything that led to it and what was said of it. */
final class CandidateCard {
    private static final int LONGEST_SIDE = 256;

    private final Strategy run;
    private final PromptTree prompt;
    private final String idPrefix;
    private final Markup out;

    /**
     * @param idPrefix makes names of images unique in the page
     */
    CandidateCard(Strategy run, PromptTree prompt, String idPrefix, Markup out) {
        this.run = run;
        this.prompt = prompt;
        this.idPrefix = idPrefix;
        this.out = out;
    }

    void write(Node node) {
        boolean best = prompt.best().equals(Optional.of(node));
        out.open(
                "article",
                "class",
                "candidate" + (best ? " best" : ""),
                "id",
                idPrefix + node.image(),
                "aria-label",
                "Image " + node.image());
        picture(node);
        out.open("div", "class", "facts");
        verdict(node, best);
        origin(node);
        difference(node);
        if (!node.reflection().isEmpty()) {
            out.open("p", "class", "reflection").element("span", "Reflection", "class", "label");
            out.text(" " + node.reflection()).close("p");
        }
        explanation(node);
        node.failedAdvice()
                .forEach(advice ->
                        out.element("p", "No " + advice.role() + ": " + advice.explanation(), "class", "failure"));
        out.close("div").close("article").raw("\n");
    }

    private void picture(Node node) {
        Optional<RgbImage> image = read(run, node);
        if (image.isEmpty()) {
            out.element("div", "no picture", "class", "missing");
            return;
        }
        out.empty(
                "img",
                "src",
                Pictures.dataUrl(image.get(), LONGEST_SIDE),
                "alt",
                "Image " + node.image() + " for: " + prompt.text(),
                "width",
                String.valueOf(image.get().width()),
                "height",
                String.valueOf(image.get().height()),
                "decoding",
                "async");
    }

    /** The picture, or empty where its file is gone or damaged. */
    static Optional<RgbImage> read(Strategy run, Node node) {
        try {
            return Optional.of(PngReader.read(run.run().file(node.drawn())).image());
        } catch (EngineException e) {
            return Optional.empty();
        }
    }

    private void verdict(Node node, boolean best) {
        out.open("p", "class", "verdict").element("span", "#" + node.image(), "class", "number");
        String status = node.judged().map(Judged::status).orElse("unscored");
        String text = node.score().map(Words::score).orElse(status.equals("abstained") ? "not judged" : status);
        out.element("span", text, "class", node.unscored() ? "score failure" : "score");
        if (node.satisfied()) {
            out.element("span", "satisfied", "class", "badge good");
        }
        if (best) {
            out.element("span", "best", "class", "badge");
        }
        if (!node.counts()) {
            out.element("span", "pool, not counted", "class", "badge quiet");
        }
        out.close("p");
    }

    private void origin(Node node) {
        RequestRecord request = node.drawn().request();
        out.open("p", "class", "origin")
                .text("round " + (node.drawn().round() + 1) + ", branch "
                        + (node.drawn().branch() + 1) + ", seed ")
                .element("span", String.valueOf(request.seed()), "class", "seed");
        if (request.noiseSteps() != null) {
            out.text(", noise moved " + request.noiseSteps().size() + "\u00d7");
        }
        node.parent()
                .ifPresent(parent -> out.text(", from ").element("a", "#" + parent, "href", "#" + idPrefix + parent));
        out.close("p");
    }

    /** How its prompt differs from its parent's, or from the user's where it has none. */
    private void difference(Node node) {
        String before =
                node.parent().map(parent -> prompt.node(parent).prompt()).orElse(prompt.text());
        if (before.equals(node.prompt())) {
            return;
        }
        out.open("p", "class", "prompt-change").element("span", "Prompt", "class", "label");
        for (WordDiff.Piece piece : WordDiff.of(before, node.prompt())) {
            out.text(" ");
            switch (piece.kind()) {
                case SAME -> out.text(piece.text());
                case DELETED -> out.element("del", piece.text());
                case INSERTED -> out.element("ins", piece.text());
            }
        }
        out.close("p");
    }

    private void explanation(Node node) {
        Judged judged = node.judged().orElse(null);
        if (judged == null) {
            return;
        }
        if (judged.explanation() != null && !judged.explanation().isEmpty()) {
            out.element("p", judged.explanation(), "class", node.unscored() ? "failure" : "explanation");
        }
        if (!judged.details().isEmpty()) {
            out.open("ul", "class", "requirements");
            judged.details().forEach((name, value) -> {
                boolean full = value >= 1;
                out.open("li", "class", full ? "met" : null)
                        .text(name + " ")
                        .element("span", Scale.name(value))
                        .close("li");
            });
            out.close("ul");
        }
    }
}

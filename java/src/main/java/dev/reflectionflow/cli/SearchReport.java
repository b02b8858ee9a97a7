package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.search.Budget;
import dev.reflectionflow.search.Candidate;
import dev.reflectionflow.search.PromptResult;
import java.util.Locale;

/** Prints each prompt's best image. */
final class SearchReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Console console;
    private final OpenEngine engine;
    private final OutputFormat format;

    SearchReport(Console console, OpenEngine engine, OutputFormat format) {
        this.console = console;
        this.engine = engine;
        this.format = format;
    }

    void prompt(PromptResult result) {
        if (format == OutputFormat.JSON) {
            console.result(json(result).toString());
            return;
        }
        Candidate best = result.best();
        console.result(best.file().toString());
        console.note("best of " + result.candidates().size() + ": image " + best.image() + " (round "
                + (best.round() + 1) + ", branch " + (best.branch() + 1) + ", seed "
                + best.request().seed() + "), "
                + words(best.score()));
    }

    private static String words(Score score) {
        String why = score.explanation().isEmpty() ? "" : ": " + score.explanation();
        if (score.isScored()) {
            return String.format(Locale.ROOT, "score %.3f", score.value()) + why;
        }
        return (score.isFailure() ? "unscored" : "not judged") + why;
    }

    private ObjectNode json(PromptResult result) {
        Candidate best = result.best();
        ObjectNode node = JSON.createObjectNode();
        node.put("prompt_index", result.prompt().index())
                .put("prompt", result.prompt().text());
        node.put("file", best.file().toString()).put("sha256", best.sha256());
        node.put("seed", best.request().seed());
        node.put("image", best.image()).put("round", best.round()).put("branch", best.branch());
        Score score = best.score();
        node.put("status", score.status().name().toLowerCase(Locale.ROOT));
        node.put("score", score.isScored() ? (Double) score.value() : null);
        node.put("explanation", score.explanation());
        node.put("candidates", result.candidates().size()).put("unscored", result.unscored());
        Budget budget = result.budget();
        node.putObject("budget")
                .put("images", budget.images())
                .put("network_evaluations", budget.networkEvaluations())
                .put("verifier_calls", budget.verifierCalls())
                .put("language_model_calls", budget.languageModelCalls())
                .put("tokens", budget.tokens())
                .put("seconds", Math.round(budget.seconds() * 1000) / 1000.0);
        return node.put("model", engine.model()).put("model_hash", engine.modelHash());
    }
}

package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.Approximations;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.run.Budget;
import dev.reflectionflow.search.Candidate;
import dev.reflectionflow.search.PromptResult;
import dev.reflectionflow.search.SearchPrompt;
import dev.reflectionflow.search.SearchResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints each prompt's best image, in the order in which the prompts were given. */
final class SearchReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Console console;
    private final OpenEngine engine;
    private final OutputFormat format;
    /** Rows of the prompts not printed yet. */
    private final Deque<Integer> order = new ArrayDeque<>();

    private final Map<Integer, PromptResult> waiting = new HashMap<>();

    SearchReport(Console console, OpenEngine engine, OutputFormat format, List<SearchPrompt> prompts) {
        this.console = console;
        this.engine = engine;
        this.format = format;
        prompts.forEach(prompt -> order.add(prompt.index()));
    }

    /** Prints a result, once those of all prompts before it are printed. */
    void prompt(PromptResult result) {
        waiting.put(result.prompt().index(), result);
        while (!order.isEmpty() && waiting.containsKey(order.peek())) {
            print(waiting.remove(order.poll()));
        }
    }

    private void print(PromptResult result) {
        if (format == OutputFormat.JSON) {
            console.result(json(result).toString());
            return;
        }
        Candidate best = result.best();
        console.result(best.file().toString());
        Long seed = best.request().seed();
        console.note("best of " + result.counted().size() + ": image " + best.image() + " (round " + (best.round() + 1)
                + ", branch " + (best.branch() + 1) + (seed == null ? "" : ", seed " + seed) + "), "
                + words(best.score()));
        console.note("spent " + BudgetText.full(result.budget()) + pool(result.uncounted()) + "; stopped: "
                + result.stop().word().replace('_', ' ') + "; "
                + Approximations.marked(engine.approximations()));
    }

    /** What all prompts have cost, where there are several. */
    void total(SearchResult result) {
        if (result.prompts().size() > 1) {
            console.note("spent on " + result.prompts().size() + " prompts: " + BudgetText.full(result.budget()));
        }
    }

    private static String pool(Budget uncounted) {
        return uncounted.equals(Budget.NONE)
                ? ""
                : ", and on the pool that does not count: " + BudgetText.full(uncounted);
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
        node.put("current_prompt", best.prompt()).put("reflection", best.reflection());
        node.put("image", best.image()).put("round", best.round()).put("branch", best.branch());
        Score score = best.score();
        node.put("status", score.status().name().toLowerCase(Locale.ROOT));
        node.put("score", score.isScored() ? (Double) score.value() : null);
        node.put("explanation", score.explanation());
        node.put("candidates", result.candidates().size()).put("unscored", result.unscored());
        node.put("failed_advice", result.failedAdvice());
        node.put("stop", result.stop().word());
        BudgetText.json(result.budget(), node.putObject("budget"));
        BudgetText.json(result.uncounted(), node.putObject("uncounted"));
        ApproximateJson.put(node, engine.approximations());
        return node.put("model", engine.model()).put("model_hash", engine.modelHash());
    }
}

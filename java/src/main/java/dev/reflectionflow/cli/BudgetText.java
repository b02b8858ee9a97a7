package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.run.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a search has spent, in words and as JSON. */
final class BudgetText {
    private BudgetText() {}

    /** For the progress line, which counts the images itself. */
    static String brief(Budget spent) {
        List<String> parts = new ArrayList<>();
        parts.add(shortened(spent.networkEvaluations()) + " evals");
        if (spent.savedEvaluations() > 0) {
            parts.add(shortened(spent.savedEvaluations()) + " saved");
        }
        parts.add(shortened(spent.verifierCalls()) + " judged");
        if (spent.languageModelCalls() > 0) {
            parts.add(shortened(spent.languageModelCalls()) + " calls");
            parts.add(shortened(spent.tokens()) + " tokens");
        }
        parts.add(Math.round(spent.seconds()) + " s");
        return String.join(" ", parts);
    }

    /** Everything that is not zero. */
    static String full(Budget spent) {
        List<String> parts = new ArrayList<>();
        parts.add(count(spent.images(), "image"));
        parts.add(count(spent.networkEvaluations(), "network evaluation")
                + (spent.savedEvaluations() == 0 ? "" : " (" + spent.savedEvaluations() + " saved by pruning)"));
        parts.add(count(spent.verifierCalls(), "verifier call"));
        if (spent.languageModelCalls() > 0) {
            parts.add(count(spent.languageModelCalls(), "model call"));
            parts.add(count(spent.tokens(), "token"));
        }
        parts.add(String.format(Locale.ROOT, "%.1f s", spent.seconds()));
        return String.join(", ", parts);
    }

    static void json(Budget spent, ObjectNode node) {
        node.put("images", spent.images())
                .put("network_evaluations", spent.networkEvaluations())
                .put("saved_evaluations", spent.savedEvaluations())
                .put("verifier_calls", spent.verifierCalls())
                .put("language_model_calls", spent.languageModelCalls())
                .put("tokens", spent.tokens())
                .put("seconds", Math.round(spent.seconds() * 1000) / 1000.0);
    }

    private static String count(long number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    private static String shortened(long number) {
        return number < 10_000 ? String.valueOf(number) : String.format(Locale.ROOT, "%.1fk", number / 1000.0);
    }
}

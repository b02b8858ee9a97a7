package dev.reflectionflow.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what a service says of a picture by {@link Criteria}. */
final class Verdict {
    static final double BEST = 10;

    /** So much of a score comes from the criteria: enough to part equal overall scores, too little to turn unequal ones. */
    private static final double SHARE_OF_CRITERIA = 0.01;

    private final JsonNode json;

    private Verdict(JsonNode json) {
        this.json = json;
    }

    static Score read(JsonNode json, Criteria criteria) throws UnreadableAnswer {
        return new Verdict(json).score(criteria);
    }

    private Score score(Criteria criteria) throws UnreadableAnswer {
        double overall = number(json.path(Criteria.OVERALL));
        Map<String, Double> details = new LinkedHashMap<>();
        for (String name : criteria.meanings().keySet()) {
            // models without structured output forget one now and then; the overall score alone ranks well enough
            if (json.has(name)) {
                details.put(name, number(json.path(name)));
            }
        }
        double mean = details.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(overall);
        List<String> unmet = new ArrayList<>();
        boolean satisfied = checklist(unmet);
        String why = json.path(Criteria.OVERALL).path(Criteria.EXPLANATION).asText("");
        String missing = unmet.isEmpty() ? "" : "not met: " + String.join("; ", unmet);
        return Score.scored(
                        overall + SHARE_OF_CRITERIA * (mean - overall),
                        details,
                        why.isEmpty() || missing.isEmpty() ? why + missing : why + " (" + missing + ")")
                .satisfied(satisfied);
    }

    /** Whether there are requirements and all are met; collects the others. */
    private boolean checklist(List<String> unmet) throws UnreadableAnswer {
        JsonNode list = json.path(Criteria.CHECKLIST);
        for (JsonNode entry : list) {
            if (!entry.path(Criteria.MET).isBoolean()) {
                throw new UnreadableAnswer("a checklist without yes or no in it");
            }
            if (!entry.path(Criteria.MET).booleanValue()) {
                unmet.add(entry.path(Criteria.REQUIREMENT).asText("a requirement"));
            }
        }
        return !list.isEmpty() && unmet.isEmpty();
    }

    /** A score with an explanation, or bare. */
    private static double number(JsonNode node) throws UnreadableAnswer {
        JsonNode score = node.isObject() ? node.path(Criteria.SCORE) : node;
        if (!score.isNumber() || !(score.doubleValue() >= 0 && score.doubleValue() <= BEST)) {
            throw new UnreadableAnswer("no score from 0 to 10 in it");
        }
        return score.doubleValue();
    }
}

package dev.reflectionflow.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a picture is judged by beside its overall score.
 *
 * @param meanings each criterion's name in the answer, with what it means
 */
record Criteria(Map<String, String> meanings) {
    static final String OVERALL = "overall_score";
    static final String CHECKLIST = "checklist";
    static final String REQUIREMENT = "requirement";
    static final String MET = "met";
    static final String SCORE = "score";
    static final String EXPLANATION = "explanation";

    private static final JsonNode ALL = ChatJson.resource("verifier-criteria.json");

    /** Those that fit every prompt. */
    static Criteria general() {
        return of(ALL.path("general"));
    }

    /** Those for one of GenEval's categories; the general ones for any other value. */
    static Criteria ofTag(Object tag) {
        JsonNode own = tag instanceof String name ? ALL.path(name) : ALL.path("");
        return own.isObject() ? of(own) : general();
    }

    private static Criteria of(JsonNode meanings) {
        Map<String, String> map = new LinkedHashMap<>();
        meanings.properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return new Criteria(map);
    }

    /** One line for each. */
    String words() {
        return meanings.entrySet().stream()
                .map(entry -> "- " + entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("\n"));
    }

    /** The form of an answer: reasons before numbers, since a model writes them in this order. */
    JsonNode format() {
        ObjectNode requirement = ChatJson.properties();
        requirement.set(REQUIREMENT, ChatJson.type("string"));
        requirement.set(MET, ChatJson.type("boolean"));
        ObjectNode properties = ChatJson.properties();
        properties.set(CHECKLIST, ChatJson.array(ChatJson.object(requirement)));
        meanings.keySet().forEach(name -> properties.set(name, scored()));
        properties.set(OVERALL, scored());
        return ChatJson.format("verdict", properties);
    }

    private static ObjectNode scored() {
        ObjectNode properties = ChatJson.properties();
        properties.set(EXPLANATION, ChatJson.type("string"));
        properties.set(SCORE, ChatJson.type("number"));
        return ChatJson.object(properties);
    }
}

package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.feedback.OpenAiVerifier.Judging;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiVerifierTest {
    private static Score judge(String... contents) throws Exception {
        try (ChatStub stub =
                new ChatStub((n, request, exchange) -> ChatStub.ok(exchange, ChatStub.message(contents[n])))) {
            return new OpenAiVerifier(Asking.settings(stub.url()).build(), "").judge(Asking.IMAGE, "p", Map.of());
        }
    }

    private static JsonNode request(Judging judging, PromptText instructions, Map<String, Object> metadata)
            throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) -> ChatStub.ok(exchange, ChatStub.verdict(7.5)))) {
            new OpenAiVerifier(Asking.settings(stub.url()).build(), "", judging, instructions)
                    .judge(Asking.IMAGE, "a red circle", metadata);
            return stub.requests.get(0);
        }
    }

    private static List<String> fields(JsonNode request) {
        List<String> names = new ArrayList<>();
        request.at("/response_format/json_schema/schema/properties")
                .fieldNames()
                .forEachRemaining(names::add);
        return names;
    }

    @Test
    void asksByTheGeneralCriteriaAndKeepsTheBenchmarksCategoryToItself() throws Exception {
        JsonNode request = request(Judging.GENERAL, OpenAiVerifier.defaultInstructions(), Map.of("tag", "colors"));
        assertThat(fields(request))
                .containsExactly(
                        "checklist",
                        "accuracy_to_prompt",
                        "creativity_and_originality",
                        "visual_quality_and_realism",
                        "consistency_and_cohesion",
                        "emotional_or_thematic_resonance",
                        "overall_score");
        assertThat(ChatStub.question(request)).contains("a red circle");
        assertThat(request.at("/messages/0/content").asText()).contains("- accuracy_to_prompt: ");
        assertThat(request.toString()).doesNotContain("colors").doesNotContain("color_fidelity");
    }

    @ParameterizedTest
    @CsvSource({
        "single_object, object_completeness detectability occlusion_handling",
        "two_object, separation_clarity individual_completeness relationship_accuracy",
        "counting, count_accuracy object_uniformity spatial_legibility",
        "colors, color_fidelity contrast_effectiveness multi_object_consistency",
        "position, position_accuracy occlusion_management perspective_consistency",
        "color_attr, attribute_binding contrast_effectiveness material_consistency",
    })
    void asksByTheCategorysOwnCriteriaOnlyOnDemand(String tag, String names) throws Exception {
        JsonNode request = request(Judging.BY_TAG, OpenAiVerifier.defaultInstructions(), Map.of("tag", tag));
        List<String> expected = new ArrayList<>(List.of("checklist"));
        expected.addAll(List.of(names.split(" ")));
        expected.add("overall_score");
        assertThat(fields(request)).isEqualTo(expected);
        assertThat(request.at("/response_format/json_schema/schema/required").size())
                .isEqualTo(expected.size());
        assertThat(request.at("/messages/0/content").asText()).contains(names.split(" "));
    }

    /** B8: the published code ends with a KeyError without a tag, and sends a dictionary as text where it is null. */
    @Test
    void needsNoTagEvenWhereItJudgesByTag() throws Exception {
        for (Map<String, Object> metadata : List.of(Map.<String, Object>of(), Map.<String, Object>of("tag", 3))) {
            JsonNode request = request(Judging.BY_TAG, OpenAiVerifier.defaultInstructions(), metadata);
            assertThat(fields(request)).contains("accuracy_to_prompt");
            assertThat(request.at("/messages/0/content").isTextual()).isTrue();
        }
    }

    @Test
    void saysWhatAUserWantsItToSay() throws Exception {
        JsonNode request = request(Judging.GENERAL, new PromptText("Be kind.\n{criteria}"), Map.of());
        assertThat(request.at("/messages/0/content").asText()).startsWith("Be kind.\n- accuracy_to_prompt: ");
    }

    @Test
    void readsTheOverallScoreTheCriteriaAndTheChecklist() throws Exception {
        Score score = judge("""
                {"checklist": [{"requirement": "two cats", "met": true}, {"requirement": "a red hat", "met": false}],
                 "accuracy_to_prompt": {"explanation": "", "score": 4},
                 "consistency_and_cohesion": {"explanation": "", "score": 8},
                 "overall_score": {"explanation": "The hat is blue.", "score": 6}}""");
        assertThat(score.value()).isEqualTo(6);
        assertThat(score.details())
                .containsExactly(Map.entry("accuracy_to_prompt", 4.0), Map.entry("consistency_and_cohesion", 8.0));
        assertThat(score.explanation()).isEqualTo("The hat is blue. (not met: a red hat)");
        assertThat(score.satisfied()).isFalse();
    }

    @Test
    void isSatisfiedWhereEveryRequirementIsMetAndThereIsOne() throws Exception {
        assertThat(judge("{\"checklist\": [{\"requirement\": \"a\", \"met\": true}], \"overall_score\": 8}")
                        .satisfied())
                .isTrue();
        assertThat(judge("{\"checklist\": [], \"overall_score\": 10}").satisfied())
                .isFalse();
        assertThat(judge("{\"overall_score\": 10}").satisfied()).isFalse();
    }

    /** B11: the published scores are whole numbers with many ties and nothing to break them. */
    @Test
    void partsEqualOverallScoresByTheCriteriaAndNeverTurnsUnequalOnes() throws Exception {
        double low = judge("{\"accuracy_to_prompt\": 3, \"overall_score\": 7}").value();
        double high = judge("{\"accuracy_to_prompt\": 9, \"overall_score\": 7}").value();
        double best = judge("{\"accuracy_to_prompt\": 0, \"overall_score\": 8}").value();
        assertThat(low).isLessThan(high);
        assertThat(high).isLessThan(best).isCloseTo(7, within(0.1));
    }

    @Test
    void triesAgainWhereTheAnswerCannotBeRead() throws Exception {
        Score score = judge(
                "I like it",
                "{\"overall_score\": 11}",
                "{\"checklist\": [{\"requirement\": \"a\"}], \"overall_score\": 1}",
                "<think>{4? 5?}</think>```json\n{\"overall_score\": {\"score\": 4}}\n```");
        assertThat(score.value()).isEqualTo(4);
        assertThat(score.usage().calls()).isEqualTo(4);
    }
}

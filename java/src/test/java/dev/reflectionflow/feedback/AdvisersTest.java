package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reflectors and refiners ask a service, and what they make of its answers. */
class AdvisersTest {
    private JsonNode request;

    private interface Question {
        Advice ask(ServiceSettings settings);
    }

    private Advice ask(Question question, String... contents) throws Exception {
        try (ChatStub stub =
                new ChatStub((n, request, exchange) -> ChatStub.ok(exchange, ChatStub.message(contents[n])))) {
            Advice advice = question.ask(Asking.settings(stub.url()).build());
            request = stub.requests.get(0);
            return advice;
        }
    }

    private Advice reflect(String... contents) throws Exception {
        return ask(s -> new OpenAiReflector(s, "").reflect(Asking.attempt(Asking.IMAGE, "a cat")), contents);
    }

    private Advice refine(String... contents) throws Exception {
        return ask(s -> new OpenAiRefiner(s, "").refine(Asking.attempt(Asking.IMAGE, "a cat"), "Add a hat."), contents);
    }

    @Test
    void theReflectorSeesAllThatTheChainHasComeTo() throws Exception {
        Advice advice = reflect("{\"satisfied\": false, \"instructions\": [\"Add\\n one hat\", \" Stop it! \", \"\"]}");
        assertThat(advice).isEqualTo(Advice.given("Add one hat. Stop it!", new Usage(1, 100, 10)));
        assertThat(ChatStub.question(request))
                .contains("prompt is: a cat", "drawn from: current a cat", "Earlier", "Add a bow.", "3.0", "too few");
        assertThat(ChatStub.picture(request)).isEqualTo(ImageEncoding.PNG.dataUrl(Asking.IMAGE));
        assertThat(request.at("/response_format/json_schema/schema/required").toString())
                .isEqualTo("[\"satisfied\",\"instructions\"]");
    }

    @Test
    void aSatisfiedReflectorSaysNothing() throws Exception {
        Advice advice = reflect("{\"satisfied\": true, \"instructions\": []}");
        assertThat(advice.status()).isEqualTo(Advice.Status.NONE);
        assertThat(advice.usage().calls()).isEqualTo(1);
    }

    @Test
    void theReflectorAsksAgainWhereTheAnswerIsNone() throws Exception {
        Advice advice = reflect(
                "Looks fine",
                "{\"satisfied\": false, \"instructions\": []}",
                "{\"satisfied\": false, \"instructions\": [\"" + "x".repeat(2001) + "\"]}",
                "```{\"satisfied\": false, \"instructions\": [\"Add it.\"]}```");
        assertThat(advice).isEqualTo(Advice.given("Add it.", new Usage(4, 400, 40)));
    }

    @Test
    void saysNothingOfReflectionsAndScoresThatAreNotThere() throws Exception {
        Attempt first = new Attempt(Asking.IMAGE, "a cat", "a cat", "", Score.unscored("oops"));
        ask(s -> new OpenAiReflector(s, "").reflect(first), "{\"satisfied\": true}");
        assertThat(ChatStub.question(request))
                .doesNotContain("Earlier")
                .doesNotContain("judge")
                .doesNotContain("oops");
    }

    /**
     * B17: the published reflector is asked at any address, model and key, in the words that it was trained with, and is
     * sent the picture instead of a path that its server may not see.
     */
    @Test
    void theReleasedReflectorSpeaksThePublishedProtocol() throws Exception {
        String answer = "1. Make \"it\" red.\n- And   more.";
        Advice advice =
                ask(s -> new ReleasedReflector(s, "").reflect(Asking.attempt(Asking.IMAGE, "a 100% cat")), answer);
        assertThat(advice.text()).isEqualTo(answer);
        assertThat(request.at("/messages/0").toString())
                .isEqualTo("{\"role\":\"system\",\"content\":\"You are a helpful assistant.\"}");
        JsonNode parts = request.at("/messages/1/content");
        assertThat(parts.size()).isEqualTo(2);
        assertThat(parts.at("/0/image_url/url").asText()).startsWith("data:image/png;base64,");
        assertThat(parts.at("/1/text").asText())
                .isEqualTo("Generate reflections to improve the input image according to the prompt."
                        + " The prompt is: \"a 100% cat\"");
        assertThat(request.has("response_format")).isFalse();
        assertThat(request.path("model").asText()).isEqualTo("judge-1");
    }

    @Test
    void theRefinerSeesTheNewestReflectionAndNotTheOneBefore() throws Exception {
        assertThat(refine("a better cat").text()).isEqualTo("a better cat");
        assertThat(ChatStub.question(request))
                .contains("prompt is: a cat", "drawn from: current a cat", "Add a hat.", "3.0", "too few")
                .doesNotContain("Add a bow.");
        assertThat(request.at("/messages/0/content").asText()).contains("Keep every object", "agree with them");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  a \"fat\" cat\n",
                "\"a \u201cfat\u201d cat\"",
                "```\na \"fat\" cat\n```",
                "```text\n a\n \"fat\" cat ```",
                "\u201ca 'fat' cat\u201d",
                "<think>hm</think> 'a \"fat\" cat'"
            })
    void theRefinerTakesThePromptOutOfFencesAndQuotes(String answer) throws Exception {
        assertThat(refine(answer).text().replaceAll("['\u201c\u201d]", "\"")).isEqualTo("a \"fat\" cat");
    }

    @Test
    void theRefinerAsksAgainWhereThePromptIsEmptyOrAnEssay() throws Exception {
        Advice advice = refine("", "\"\"", "x".repeat(2001), "a cat");
        assertThat(advice).isEqualTo(Advice.given("a cat", new Usage(4, 400, 40)));
    }
}

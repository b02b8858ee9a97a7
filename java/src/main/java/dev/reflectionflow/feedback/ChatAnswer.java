package dev.reflectionflow.feedback;

import com.fasterxml.jackson.databind.JsonNode;

/** A service's answer in the JSON of the chat protocol. */
final class ChatAnswer {
    private final JsonNode json;

    private ChatAnswer(JsonNode json) {
        this.json = json;
    }

    static ChatAnswer parse(String body) throws UnreadableAnswer {
        return new ChatAnswer(ChatJson.parse(body));
    }

    long promptTokens() {
        return tokens("prompt_tokens");
    }

    long completionTokens() {
        return tokens("completion_tokens");
    }

    private long tokens(String name) {
        return Math.max(0, json.path("usage").path(name).asLong(0));
    }

    /** The message, without the thoughts that reasoning models put before it. */
    String text() throws UnreadableAnswer {
        JsonNode content = choice().path("message").path("content");
        if (!content.isTextual()) {
            throw new UnreadableAnswer("no message in it");
        }
        return content.textValue()
                .replaceFirst("(?s)^\\s*<think>.*?</think>", "")
                .strip();
    }

    /** The message as a JSON object; models that ignore the format put it between fences or words. */
    JsonNode object() throws UnreadableAnswer {
        String text = text();
        int start = text.indexOf('{');
        int end = text.lastIndexOf('}');
        return ChatJson.parse(start < 0 || end < start ? "" : text.substring(start, end + 1));
    }

    /** The likeliest first tokens, each with {@code token} and {@code logprob}; missing where the service gives none. */
    JsonNode firstToken() {
        return choice().path("logprobs").path("content").path(0);
    }

    private JsonNode choice() {
        return json.path("choices").path(0);
    }
}

package dev.reflectionflow.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.RgbImage;

/** One question in the JSON of the chat protocol; texts and pictures of the user's message stay in the order given. */
final class ChatRequest {
    private final ServiceSettings settings;
    private final ObjectNode json = ChatJson.MAPPER.createObjectNode();
    private final ArrayNode messages;
    private ArrayNode parts;

    ChatRequest(ServiceSettings settings) {
        this.settings = settings;
        json.put("model", settings.model())
                .put("temperature", settings.temperature())
                .put("seed", settings.seed());
        messages = json.putArray("messages");
    }

    ChatRequest system(String text) {
        messages.addObject().put("role", "system").put("content", text);
        return this;
    }

    ChatRequest text(String text) {
        userParts().addObject().put("type", "text").put("text", text);
        return this;
    }

    ChatRequest image(RgbImage image) {
        ObjectNode url = userParts().addObject().put("type", "image_url").putObject("image_url");
        url.put("url", settings.encoding().dataUrl(image));
        if (settings.detail() != ImageDetail.AUTO) {
            url.put("detail", settings.detail().word());
        }
        return this;
    }

    /** Asks for structured output, where the service is trusted to know it. */
    ChatRequest format(JsonNode format) {
        if (settings.structured()) {
            json.set("response_format", format);
        }
        return this;
    }

    /** Asks for the first token only, with the probabilities of the likeliest ones. */
    ChatRequest firstToken(int likeliest) {
        json.put("max_tokens", 1).put("logprobs", true).put("top_logprobs", likeliest);
        return this;
    }

    String body() {
        return json.toString();
    }

    private ArrayNode userParts() {
        if (parts == null) {
            parts = messages.addObject().put("role", "user").putArray("content");
        }
        return parts;
    }
}

package dev.reflectionflow.feedback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Judges with any OpenAI-compatible chat service that sees images: one number from 0 to 10 and a sentence. The prompt's
 * metadata stays here, since a benchmark's category must not help the judge.
 */
public final class OpenAiVerifier implements Verifier {
    /** Its name on the command line. */
    public static final String NAME = "openai";

    /** The one place that a key comes from. */
    public static final String KEY_VARIABLE = "OPENAI_API_KEY";

    private static final double BEST = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServiceSettings settings;
    private final ChatClient client;
    private final String instructions = resource("verifier-instructions.txt");
    private final JsonNode answerFormat = json(resource("verifier-answer-format.json"));

    /**
     * @param key null or empty for services that need none
     */
    public OpenAiVerifier(ServiceSettings settings, String key) {
        this.settings = settings;
        client = new ChatClient(settings, key);
    }

    /** With the key from {@value #KEY_VARIABLE}, if it is set. */
    public static OpenAiVerifier fromEnvironment(ServiceSettings settings) {
        return new OpenAiVerifier(settings, System.getenv(KEY_VARIABLE));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Map<String, Object> description() {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("name", NAME);
        description.put("url", settings.baseUrl().toString());
        description.put("model", settings.model());
        description.put("seed", settings.seed());
        return description;
    }

    @Override
    public int concurrency() {
        return settings.concurrency();
    }

    @Override
    public void checkReady() {
        client.checkReady();
    }

    @Override
    public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
        try {
            return client.post("/chat/completions", request(image, prompt).toString(), OpenAiVerifier::read);
        } catch (ServiceFailure e) {
            return Score.unscored("the verifier service gave no score: " + e.getMessage());
        }
    }

    private ObjectNode request(RgbImage image, String prompt) {
        ObjectNode request = JSON.createObjectNode();
        request.put("model", settings.model()).put("temperature", 0).put("seed", settings.seed());
        var messages = request.putArray("messages");
        messages.addObject().put("role", "system").put("content", instructions);
        var parts = messages.addObject().put("role", "user").putArray("content");
        parts.addObject().put("type", "text").put("text", "The prompt is: " + prompt);
        String data = Base64.getEncoder().encodeToString(PngWriter.toBytes(image, Map.of()));
        parts.addObject().put("type", "image_url").putObject("image_url").put("url", "data:image/png;base64," + data);
        request.set("response_format", answerFormat);
        return request;
    }

    private static Score read(String body) throws IOException {
        JsonNode answer = parse(body).path("choices").path(0).path("message").path("content");
        if (!answer.isTextual()) {
            throw new UnreadableAnswer("no message in it");
        }
        // models that ignore the format put their JSON between fences or words
        String text = answer.textValue();
        int start = text.indexOf('{');
        int end = text.lastIndexOf('}');
        JsonNode verdict = parse(start < 0 || end < start ? "" : text.substring(start, end + 1));
        JsonNode score = verdict.path("score");
        if (!score.isNumber() || !(score.doubleValue() >= 0 && score.doubleValue() <= BEST)) {
            throw new UnreadableAnswer("no score from 0 to 10 in it");
        }
        return Score.scored(
                score.doubleValue(), Map.of(), verdict.path("explanation").asText(""));
    }

    private static JsonNode parse(String text) throws UnreadableAnswer {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UnreadableAnswer("not JSON");
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a resource of ours is not JSON", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = OpenAiVerifier.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.reflectionflow.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reflects with any OpenAI-compatible chat service that sees images. It is shown all that the chain has come to, and says
 * either that it is satisfied, which makes {@link Advice.Status#NONE}, or what to change.
 */
public final class OpenAiReflector extends ChatRole implements Reflector {
    /** Its name on the command line. */
    public static final String NAME = "openai";

    private static final String SATISFIED = "satisfied";
    private static final String INSTRUCTIONS = "instructions";

    private final PromptText instructions;

    /**
     * With our instructions.
     *
     * @param key null or empty for services that need none
     */
    public OpenAiReflector(ServiceSettings settings, String key) {
        this(settings, key, defaultInstructions());
    }

    /**
     * @param key null or empty for services that need none
     */
    public OpenAiReflector(ServiceSettings settings, String key, PromptText instructions) {
        super(NAME, "reflector", settings, key);
        this.instructions = instructions;
    }

    /** With the key from the environment, if it is set there. */
    public static OpenAiReflector fromEnvironment(ServiceSettings settings, PromptText instructions) {
        return new OpenAiReflector(settings, settings.key(), instructions);
    }

    /** Our instructions. */
    public static PromptText defaultInstructions() {
        return PromptText.resource("reflector-instructions.txt");
    }

    @Override
    void describe(Map<String, Object> description) {
        description.put("instructions", instructions.sha256());
    }

    @Override
    public Advice reflect(Attempt attempt) {
        ChatRequest request = new ChatRequest(settings)
                .system(instructions.text())
                .text(AttemptText.of(attempt, "Earlier instructions for this picture", attempt.reflection()))
                .image(attempt.image())
                .format(format());
        return advice(request, answer -> read(answer.object()));
    }

    private static JsonNode format() {
        ObjectNode properties = ChatJson.properties();
        properties.set(SATISFIED, ChatJson.type("boolean"));
        properties.set(INSTRUCTIONS, ChatJson.array(ChatJson.type("string")));
        return ChatJson.format("reflection", properties);
    }

    private static Advice read(JsonNode json) throws UnreadableAnswer {
        if (!json.path(SATISFIED).isBoolean()) {
            throw new UnreadableAnswer("it does not say whether it is satisfied");
        }
        if (json.path(SATISFIED).booleanValue()) {
            return Advice.none("the reflector is satisfied", Usage.NONE);
        }
        List<String> sentences = new ArrayList<>();
        for (JsonNode instruction : json.path(INSTRUCTIONS)) {
            String sentence = AdviceText.tidy(instruction.asText());
            if (!sentence.isEmpty()) {
                sentences.add(sentence.matches(".*[.!?]") ? sentence : sentence + ".");
            }
        }
        return AdviceText.read(String.join(" ", sentences), "instruction");
    }
}

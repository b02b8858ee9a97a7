package dev.reflectionflow.feedback;

import java.util.Map;

/**
 * Reflects with the published reflection generator, as LLaMA-Factory serves it, in the words that it was trained with. It is
 * shown the user's prompt and the picture alone, and its answer is taken as it is.
 */
public final class ReleasedReflector extends ChatRole implements Reflector {
    /** Its name on the command line. */
    public static final String NAME = "released";

    private static final String SYSTEM = "You are a helpful assistant.";
    private static final String QUESTION =
            "Generate reflections to improve the input image according to the prompt. The prompt is: ";

    /**
     * @param key null or empty for services that need none
     */
    public ReleasedReflector(ServiceSettings settings, String key) {
        super(NAME, "reflector", settings, key);
    }

    /** With the key from the environment, if it is set there. */
    public static ReleasedReflector fromEnvironment(ServiceSettings settings) {
        return new ReleasedReflector(settings, settings.key());
    }

    @Override
    void describe(Map<String, Object> description) {
        description.put("protocol", "released");
    }

    @Override
    public Advice reflect(Attempt attempt) {
        ChatRequest request = new ChatRequest(settings)
                .system(SYSTEM)
                .image(attempt.image())
                .text(QUESTION + "\"" + attempt.prompt() + "\"");
        return advice(request, answer -> {
            // a text encoder takes anything but the end of a C string
            String text = answer.text().replace("\0", "");
            if (text.isBlank()) {
                throw new UnreadableAnswer("an empty message");
            }
            return Advice.given(text, Usage.NONE);
        });
    }
}

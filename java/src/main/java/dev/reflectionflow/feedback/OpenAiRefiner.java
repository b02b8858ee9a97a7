package dev.reflectionflow.feedback;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rewrites prompts with any OpenAI-compatible chat service that sees images. */
public final class OpenAiRefiner extends ChatRole implements PromptRefiner {
    /** Its name on the command line. */
    public static final String NAME = "openai";

    private static final Pattern FENCE = Pattern.compile("(?s)^```[\\w-]*\\s*\\n(.*?)\\s*```$");
    private static final Pattern QUOTED = Pattern.compile("(?s)^(?:\"([^\"]*)\"|'([^']*)'|\u201c([^\u201d]*)\u201d)$");

    private final PromptText instructions;

    /**
     * With our instructions.
     *
     * @param key null or empty for services that need none
     */
    public OpenAiRefiner(ServiceSettings settings, String key) {
        this(settings, key, defaultInstructions());
    }

    /**
     * @param key null or empty for services that need none
     */
    public OpenAiRefiner(ServiceSettings settings, String key, PromptText instructions) {
        super(NAME, "refiner", settings, key);
        this.instructions = instructions;
    }

    /** With the key from the environment, if it is set there. */
    public static OpenAiRefiner fromEnvironment(ServiceSettings settings, PromptText instructions) {
        return new OpenAiRefiner(settings, settings.key(), instructions);
    }

    /** Our instructions. */
    public static PromptText defaultInstructions() {
        return PromptText.resource("refiner-instructions.txt");
    }

    @Override
    void describe(Map<String, Object> description) {
        description.put("instructions", instructions.sha256());
    }

    @Override
    public Advice refine(Attempt attempt, String newest) {
        ChatRequest request = new ChatRequest(settings)
                .system(instructions.text())
                .text(AttemptText.of(attempt, "Instructions for the next picture", newest))
                .image(attempt.image());
        return advice(request, answer -> AdviceText.read(unquoted(answer.text()), "prompt"));
    }

    /** Without the fence or the quotation marks that stand around the whole of it. */
    private static String unquoted(String answer) {
        Matcher fence = FENCE.matcher(answer);
        String inner = fence.matches() ? fence.group(1).strip() : answer;
        Matcher quoted = QUOTED.matcher(inner);
        if (!quoted.matches()) {
            return inner;
        }
        int group = quoted.group(1) != null ? 1 : quoted.group(2) != null ? 2 : 3;
        return quoted.group(group);
    }
}

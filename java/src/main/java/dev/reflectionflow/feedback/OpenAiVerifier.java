package dev.reflectionflow.feedback;

import dev.reflectionflow.RgbImage;
import java.util.Locale;
import java.util.Map;

/**
 * Judges with any OpenAI-compatible chat service that sees images. Values go from 0 to 10: the overall score, where equal
 * ones are parted by a hundredth of the criteria's mean; details hold the criteria. The model also lists what the prompt
 * requires, and {@link Score#satisfied()} tells that it found all of it met.
 *
 * <p>The prompt's metadata stays here unless {@link Judging#BY_TAG} wants otherwise, since a benchmark's category must not
 * help the judge.
 */
public final class OpenAiVerifier extends ChatRole implements Verifier {
    /** Its name on the command line. */
    public static final String NAME = "openai";

    /** What a picture is judged by. */
    public enum Judging {
        /** The same criteria for every prompt. */
        GENERAL,
        /** The criteria of the prompt's GenEval category, as published results have it: a leak of the benchmark. */
        BY_TAG
    }

    private final Judging judging;
    private final PromptText instructions;

    /**
     * Judges by the general criteria, with our instructions.
     *
     * @param key null or empty for services that need none
     */
    public OpenAiVerifier(ServiceSettings settings, String key) {
        this(settings, key, Judging.GENERAL, defaultInstructions());
    }

    /**
     * @param key null or empty for services that need none
     * @param instructions where {@code {criteria}} stands for the criteria with their meanings
     */
    public OpenAiVerifier(ServiceSettings settings, String key, Judging judging, PromptText instructions) {
        super(NAME, "verifier", settings, key);
        this.judging = judging;
        this.instructions = instructions;
    }

    /** With the key from the environment, if it is set there. */
    public static OpenAiVerifier fromEnvironment(ServiceSettings settings) {
        return fromEnvironment(settings, Judging.GENERAL, defaultInstructions());
    }

    /** The same, judging so with such instructions. */
    public static OpenAiVerifier fromEnvironment(ServiceSettings settings, Judging judging, PromptText instructions) {
        return new OpenAiVerifier(settings, settings.key(), judging, instructions);
    }

    /** Our instructions. */
    public static PromptText defaultInstructions() {
        return PromptText.resource("verifier-instructions.txt");
    }

    @Override
    void describe(Map<String, Object> description) {
        description.put("judging", judging.name().toLowerCase(Locale.ROOT));
        description.put("instructions", instructions.sha256());
    }

    @Override
    public double worst() {
        return 0;
    }

    @Override
    public double best() {
        return Verdict.BEST;
    }

    @Override
    public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
        Criteria criteria = judging == Judging.BY_TAG ? Criteria.ofTag(metadata.get("tag")) : Criteria.general();
        ChatRequest request = new ChatRequest(settings)
                .system(instructions.with("criteria", criteria.words()))
                .text("The prompt is: " + prompt)
                .image(image)
                .format(criteria.format());
        return score(request, answer -> Verdict.read(answer.object(), criteria));
    }
}

package dev.reflectionflow.feedback;

import dev.reflectionflow.RgbImage;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Judges with a chat service that answers yes or no, by how sure it is of the yes. A yes counts as {@link
 * Score#satisfied()}.
 */
public final class YesNoVerifier extends ChatRole implements Verifier {
    /** Its name on the command line. */
    public static final String NAME = "yes-no";

    private static final int LIKELIEST = 20;

    /** How images are ranked. */
    public enum Ranking {
        /** By log p(yes) - log p(no), asked with instructions: without a jump between the two answers. */
        DIFFERENCE,
        /**
         * As the published code ranks with NVILA: the bare prompt as question; every "yes", spelled exactly so, before
         * everything else; these by p(yes), the more the better, the others by p(no), the less the better.
         */
        RELEASED
    }

    private final Ranking ranking;
    private final PromptText question;
    private final Consumer<String> warnings;
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * Ranks by the difference, with our question.
     *
     * @param key null or empty for services that need none
     * @param warnings hears, at most once, of a service that gives no log-probabilities
     */
    public YesNoVerifier(ServiceSettings settings, String key, Consumer<String> warnings) {
        this(settings, key, Ranking.DIFFERENCE, defaultQuestion(), warnings);
    }

    /**
     * @param key null or empty for services that need none
     * @param question where {@code {prompt}} stands for the prompt; {@link Ranking#RELEASED} does without it
     * @param warnings hears, at most once, of a service that gives no log-probabilities
     */
    public YesNoVerifier(
            ServiceSettings settings, String key, Ranking ranking, PromptText question, Consumer<String> warnings) {
        super(NAME, "verifier", settings, key);
        this.ranking = ranking;
        this.question = question;
        this.warnings = Objects.requireNonNull(warnings, "warnings");
    }

    /** With the key from the environment, if it is set there. */
    public static YesNoVerifier fromEnvironment(
            ServiceSettings settings, Ranking ranking, PromptText question, Consumer<String> warnings) {
        return new YesNoVerifier(settings, settings.key(), ranking, question, warnings);
    }

    /** Our question. */
    public static PromptText defaultQuestion() {
        return PromptText.resource("yes-no-question.txt");
    }

    @Override
    void describe(Map<String, Object> description) {
        description.put("ranking", ranking.name().toLowerCase(Locale.ROOT));
        description.put("question", ranking == Ranking.RELEASED ? "the bare prompt" : question.sha256());
    }

    @Override
    public double worst() {
        return ranking == Ranking.RELEASED ? -1 : Double.NEGATIVE_INFINITY;
    }

    @Override
    public double best() {
        return ranking == Ranking.RELEASED ? 1 : Double.POSITIVE_INFINITY;
    }

    /** Of a difference: the probability of yes against no. */
    @Override
    public double normalised(double value) {
        return ranking == Ranking.RELEASED ? Verifier.super.normalised(value) : 1 / (1 + Math.exp(-value));
    }

    @Override
    public Score judge(RgbImage image, String prompt, Map<String, Object> metadata) {
        ChatRequest request = new ChatRequest(settings)
                .image(image)
                .text(ranking == Ranking.RELEASED ? prompt : question.with("prompt", prompt))
                .firstToken(LIKELIEST);
        return score(request, answer -> score(YesNo.read(answer)));
    }

    private Score score(YesNo answer) {
        if (!answer.hasLogProbabilities() && warned.compareAndSet(false, true)) {
            warnings.accept("the verifier service at " + settings.baseUrl()
                    + " gives no log-probabilities: all that it answers with yes ranks alike, and so do the others");
        }
        boolean yes = ranking == Ranking.RELEASED ? answer.text().equals("yes") : answer.saysYes();
        if (!answer.hasLogProbabilities()) {
            return Score.scored(yes ? 1 : -1, Map.of(), yes ? "yes" : "no").satisfied(yes);
        }
        if (ranking == Ranking.RELEASED) {
            double value = yes
                    ? Math.exp(answer.yes().getAsDouble())
                    : -Math.exp(answer.no().getAsDouble());
            return Score.scored(value, details(answer), yes ? "yes" : "no").satisfied(yes);
        }
        double difference = answer.difference();
        return Score.scored(difference, details(answer), difference > 0 ? "yes" : "no")
                .satisfied(difference > 0);
    }

    private static Map<String, Double> details(YesNo answer) {
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("log_yes", answer.yes().getAsDouble());
        details.put("log_no", answer.no().getAsDouble());
        return details;
    }
}

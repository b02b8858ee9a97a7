package dev.reflectionflow.feedback;

/** An attempt in words, for services that advise on it. */
final class AttemptText {
    private AttemptText() {}

    /**
     * @param reflections what the last one is called, and its text; left out where it is empty
     */
    static String of(Attempt attempt, String reflections, String reflection) {
        StringBuilder text = new StringBuilder("The user's prompt is: ").append(attempt.prompt());
        text.append("\nThe picture was drawn from: ").append(attempt.currentPrompt());
        if (!reflection.isBlank()) {
            text.append('\n').append(reflections).append(": ").append(reflection);
        }
        Score score = attempt.score();
        if (score.isScored()) {
            text.append("\nThe judge's score: ").append(score.value());
            score.details()
                    .forEach((name, value) ->
                            text.append("\n- ").append(name).append(": ").append(value));
            if (!score.explanation().isBlank()) {
                text.append("\nThe judge's remarks: ").append(score.explanation());
            }
        }
        return text.toString();
    }
}

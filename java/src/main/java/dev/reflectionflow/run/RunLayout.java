package dev.reflectionflow.run;

import java.util.Locale;

/** What a run's files are called, relative to its folder and with slashes; GenEval's evaluator reads digits only. */
public final class RunLayout {
    private RunLayout() {}

    /** The folder of a prompt, as GenEval numbers it. */
    public static String prompt(int promptIndex) {
        return name(promptIndex);
    }

    /** The prompt's row. */
    public static String metadata(int promptIndex) {
        return name(promptIndex) + "/metadata.jsonl";
    }

    /** An image that counts. */
    public static String sample(int promptIndex, int image) {
        return name(promptIndex) + "/samples/" + name(image) + ".png";
    }

    /** An image of a starting pool that does not count; beside the samples, so that no evaluator reads it. */
    public static String pool(int promptIndex, int image) {
        return name(promptIndex) + "/pool/" + name(image) + ".png";
    }

    /** The GenEval folder that holds each prompt's best of the first {@code budget} images. */
    public static String best(int budget) {
        return "best/" + budget;
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "%05d", number);
    }
}

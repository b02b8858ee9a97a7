package dev.reflectionflow.feedback;

/**
 * What a question cost a language model; failed attempts count.
 *
 * @param calls requests that were sent, 0 for what needs no service
 * @param promptTokens as the service counts them, 0 where it does not
 * @param completionTokens as the service counts them, 0 where it does not
 */
public record Usage(long calls, long promptTokens, long completionTokens) {
    /** No service was asked. */
    public static final Usage NONE = new Usage(0, 0, 0);

    /** The sum of two. */
    public Usage plus(Usage other) {
        return new Usage(
                calls + other.calls, promptTokens + other.promptTokens, completionTokens + other.completionTokens);
    }
}

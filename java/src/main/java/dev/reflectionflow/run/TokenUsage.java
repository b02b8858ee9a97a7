package dev.reflectionflow.run;

/**
 * What a line's question cost a language model.
 *
 * @param calls requests that were sent
 * @param promptTokens as the service counts them
 * @param completionTokens as the service counts them
 */
public record TokenUsage(long calls, long promptTokens, long completionTokens) {}

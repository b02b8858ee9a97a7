package dev.reflectionflow.feedback;

import dev.failsafe.RetryPolicy;
import java.time.Duration;

/** When to ask again: after failures that may pass, later each time, never before the service wants it. */
final class Retries {
    private static final double JITTER = 0.25;
    private static final int LONGEST = 32;

    private Retries() {}

    static <T> RetryPolicy<T> policy(ServiceSettings settings) {
        Duration none = Duration.ofNanos(-1);
        Duration first = settings.firstDelay().isZero() ? Duration.ofNanos(1) : settings.firstDelay();
        return RetryPolicy.<T>builder()
                .handleIf(e -> e instanceof ServiceFailure failure && failure.worthRetrying())
                .withMaxAttempts(settings.attempts())
                .withMaxDuration(settings.deadline())
                .withBackoff(first, first.multipliedBy(LONGEST))
                .withJitter(JITTER)
                .withDelayFn(context -> context.getLastException() instanceof ServiceFailure failure
                        ? failure.retryAfter().map(Retries::atLeast).orElse(none)
                        : none)
                .build();
    }

    /** A wait that jitter cannot bring below the one asked for. */
    private static Duration atLeast(Duration asked) {
        return Duration.ofNanos((long) (asked.toNanos() / (1 - JITTER)) + 1);
    }
}

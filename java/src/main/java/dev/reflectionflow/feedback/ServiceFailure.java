package dev.reflectionflow.feedback;

import java.time.Duration;
import java.util.Optional;

/** One attempt at a service that failed; the message never quotes what the service sent. */
final class ServiceFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean worthRetrying;
    private final transient Optional<Duration> retryAfter;

    private ServiceFailure(String message, boolean worthRetrying, Optional<Duration> retryAfter) {
        super(message);
        this.worthRetrying = worthRetrying;
        this.retryAfter = retryAfter;
    }

    /** A failure that may pass, after the wait that the service asked for. */
    static ServiceFailure passing(String message, Optional<Duration> retryAfter) {
        return new ServiceFailure(message, true, retryAfter);
    }

    /** A failure that would come again. */
    static ServiceFailure lasting(String message) {
        return new ServiceFailure(message, false, Optional.empty());
    }

    boolean worthRetrying() {
        return worthRetrying;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}

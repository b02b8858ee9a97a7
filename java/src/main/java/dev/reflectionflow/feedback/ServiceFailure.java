package dev.reflectionflow.feedback;

import java.time.Duration;
import java.util.Optional;

/** A question to a service that failed; the message never quotes what the service sent. */
final class ServiceFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean worthRetrying;
    private final transient Optional<Duration> retryAfter;
    private final transient Usage usage;

    private ServiceFailure(String message, boolean worthRetrying, Optional<Duration> retryAfter, Usage usage) {
        super(message);
        this.worthRetrying = worthRetrying;
        this.retryAfter = retryAfter;
        this.usage = usage;
    }

    /** A failure that may pass, after the wait that the service asked for. */
    static ServiceFailure passing(String message, Optional<Duration> retryAfter) {
        return new ServiceFailure(message, true, retryAfter, Usage.NONE);
    }

    /** A failure that would come again. */
    static ServiceFailure lasting(String message) {
        return new ServiceFailure(message, false, Optional.empty(), Usage.NONE);
    }

    /** The end of a question, with what all its attempts cost. */
    ServiceFailure costing(Usage cost) {
        return new ServiceFailure(getMessage(), worthRetrying, retryAfter, cost);
    }

    boolean worthRetrying() {
        return worthRetrying;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    Usage usage() {
        return usage;
    }
}

package dev.reflectionflow.feedback;

import java.util.Objects;

/**
 * What a reflector or refiner says of an attempt; a value even where asking failed, so that no chain ends over it.
 *
 * @param status whether {@code text} holds
 * @param text the reflection or the refined prompt; empty unless given
 * @param explanation why there is none, or a remark; may be empty
 * @param usage what it cost
 */
public record Advice(Status status, String text, String explanation, Usage usage) {
    /** What became of a question. */
    public enum Status {
        /** The text is the answer. */
        GIVEN,
        /** There is nothing to say, such as of an image without a flaw; nothing went wrong. */
        NONE,
        /** Asking failed. */
        FAILED
    }

    public Advice {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(explanation, "explanation");
        Objects.requireNonNull(usage, "usage");
        if (text.isBlank() == (status == Status.GIVEN)) {
            throw new IllegalArgumentException("advice is given exactly where it has a text");
        }
    }

    /** An answer. */
    public static Advice given(String text, Usage usage) {
        return new Advice(Status.GIVEN, text, "", usage);
    }

    /** No answer, on principle. */
    public static Advice none(String reason, Usage usage) {
        return new Advice(Status.NONE, "", reason, usage);
    }

    /** No answer, because asking failed. */
    public static Advice failed(String reason, Usage usage) {
        return new Advice(Status.FAILED, "", reason, usage);
    }

    /** The same at another cost. */
    public Advice costing(Usage cost) {
        return new Advice(status, text, explanation, cost);
    }

    /** Whether asking failed. */
    public boolean isFailure() {
        return status == Status.FAILED;
    }
}

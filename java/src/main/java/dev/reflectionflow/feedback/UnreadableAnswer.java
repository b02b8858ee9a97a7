package dev.reflectionflow.feedback;

import java.io.IOException;

/** An answer that is not what was asked for; the message is ours and quotes nothing. */
final class UnreadableAnswer extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableAnswer(String message) {
        super(message);
    }
}

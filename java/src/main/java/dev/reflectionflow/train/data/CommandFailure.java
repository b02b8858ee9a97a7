package dev.reflectionflow.train.data;

import java.io.IOException;

/** A command that printed a shard ended with another status than 0: what it printed may be cut off anywhere. */
final class CommandFailure extends IOException {
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }
}

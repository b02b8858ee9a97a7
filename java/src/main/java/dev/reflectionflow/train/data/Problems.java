package dev.reflectionflow.train.data;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Tells what is wrong with the data, and counts it. */
final class Problems {
    private final Consumer<String> listener;
    private final Set<String> told = new HashSet<>();
    private long damaged;

    Problems(Consumer<String> listener) {
        this.listener = listener;
    }

    /** A sample or shard that is left out, or the rest of one. */
    void damaged(String what) {
        damaged++;
        listener.accept(what);
    }

    /** Something that is no damage but should be known; told once. */
    void notice(String what) {
        if (told.add(what)) {
            listener.accept(what);
        }
    }

    long count() {
        return damaged;
    }
}

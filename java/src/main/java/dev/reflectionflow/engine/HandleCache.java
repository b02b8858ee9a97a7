package dev.reflectionflow.engine;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;

/** Native handles by what they were made from; the least recently used are given back. Not thread-safe. */
final class HandleCache<K> {
    private final int capacity;
    private final LongConsumer release;
    private final Map<K, Long> handles = new LinkedHashMap<>(16, 0.75f, true);

    HandleCache(int capacity, LongConsumer release) {
        this.capacity = capacity;
        this.release = release;
    }

    long get(K key, ToLongFunction<K> make) {
        Long known = handles.get(key);
        if (known != null) {
            return known;
        }
        long made = make.applyAsLong(key);
        handles.put(key, made);
        return made;
    }

    /** Releases what goes beyond the capacity: between batches, when no run needs it. */
    void trim() {
        Iterator<Long> eldest = handles.values().iterator();
        for (int excess = handles.size() - capacity; excess > 0; excess--) {
            release.accept(eldest.next());
            eldest.remove();
        }
    }

    void clear() {
        handles.values().forEach(release::accept);
        handles.clear();
    }
}

package dev.reflectionflow.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandleCacheTest {
    private final List<Long> released = new ArrayList<>();
    private final HandleCache<Integer> cache = new HandleCache<>(2, released::add);

    private long get(int key) {
        return cache.get(key, k -> 100L + k);
    }

    @Test
    void aKnownKeyIsMadeOnce() {
        assertThat(get(1)).isEqualTo(101);
        assertThat(cache.get(1, key -> {
                    throw new AssertionError("made again");
                }))
                .isEqualTo(101);
    }

    /** A batch may need more handles than the cache keeps: none may go while the batch runs. */
    @Test
    void nothingIsReleasedBeforeTrim() {
        for (int key = 0; key < 5; key++) {
            get(key);
        }
        assertThat(released).isEmpty();
        cache.trim();
        assertThat(released).containsExactly(100L, 101L, 102L);
    }

    @Test
    void theLeastRecentlyUsedGoesFirst() {
        get(1);
        get(2);
        get(1);
        get(3);
        cache.trim();
        assertThat(released).containsExactly(102L);
        cache.trim();
        assertThat(released).hasSize(1);
    }

    @Test
    void clearReleasesEachHandleOnce() {
        get(1);
        get(2);
        cache.clear();
        cache.clear();
        assertThat(released).containsExactlyInAnyOrder(101L, 102L);
    }

    @Test
    void whatCannotBeMadeIsNotKept() {
        assertThatThrownBy(() -> cache.get(1, key -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(get(1)).isEqualTo(101);
    }
}

package dev.reflectionflow.train.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Neighbouring samples of one pass, undecoded, sorted by split and shuffled: what is drawn from at a time. When the split
 * that is wanted next runs dry the whole window makes room for the next one, so that one reading feeds all splits and a place
 * in the data is no more than the window's start and what was taken.
 */
final class Window {
    private static final long MOST_BYTES = 512L << 20;

    private final Map<String, List<RawSample>> pools = new HashMap<>();
    private final DataPosition start;
    private final Map<String, Integer> taken = new HashMap<>();

    private Window(DataPosition start) {
        this.start = start;
    }

    /**
     * Reads the window that starts where the reader stands.
     *
     * @param step optimizer step, kept as the reason for what {@code isWanted} says
     * @param most samples, unless they take too much memory before; a window ends with its pass too
     * @param splitOf the pool of a sample
     */
    static Window read(
            ShardReader reader,
            long seed,
            long step,
            int most,
            Predicate<RawSample> isWanted,
            Function<RawSample, String> splitOf) {
        Window window = new Window(new DataPosition(0, reader.pass(), reader.shard(), reader.record(), step, Map.of()));
        long bytes = 0;
        int count = 0;
        while (count < most && bytes < MOST_BYTES) {
            var found = reader.next();
            if (found.isEmpty()) {
                break;
            }
            if (isWanted.test(found.get())) {
                window.pools
                        .computeIfAbsent(splitOf.apply(found.get()), split -> new ArrayList<>())
                        .add(found.get());
                bytes += found.get().size();
                count++;
            }
        }
        window.shuffle(seed);
        return window;
    }

    private void shuffle(long seed) {
        pools.values()
                .forEach(pool -> Collections.shuffle(
                        pool, Chance.WINDOW_ORDER.at(seed, start.pass(), start.shard(), start.record())));
    }

    int pass() {
        return start.pass();
    }

    boolean has(String split) {
        return !pools.getOrDefault(split, List.of()).isEmpty();
    }

    /** The next sample of a split that {@link #has} one. */
    RawSample take(String split) {
        taken.merge(split, 1, Integer::sum);
        List<RawSample> pool = pools.get(split);
        return pool.remove(pool.size() - 1);
    }

    /** Takes what was taken before a stop. */
    void takeAgain(Map<String, Integer> before) {
        before.forEach((split, count) -> {
            for (int i = 0; i < count && has(split); i++) {
                take(split);
            }
        });
    }

    /** The place in the data after {@code samples} samples given out in all. */
    DataPosition position(long samples) {
        return new DataPosition(samples, start.pass(), start.shard(), start.record(), start.step(), taken);
    }
}

package dev.reflectionflow.train.data;

import java.util.Random;

/**
 * All randomness of the data. Every decision has a generator of its own, made from the seed and from the decision's place,
 * so that nothing but numbers must be kept to go on after a stop. {@link Random}'s algorithm is part of Java's promise.
 */
enum Chance {
    SHARD_ORDER,
    WINDOW_ORDER,
    SPLIT,
    PREPARATION;

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    /** The generator of the decision at this place. */
    Random at(long seed, long... place) {
        long mixed = mix(seed + GOLDEN * (ordinal() + 1));
        for (long number : place) {
            mixed = mix(mixed + GOLDEN * (number + 1));
        }
        return new Random(mixed);
    }

    /** The output function of SplitMix64 (Steele, Lea, Flood 2014; Stafford's variant 13). */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}

package dev.reflectionflow.search;

/** Derives the seed of every draw from the one seed of a search. */
public final class Seeds {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Seeds() {}

    /**
     * The seed of a draw: SplitMix64's mixing function over search seed, prompt and draw in turn, so that it depends on
     * neither the number of rounds and branches nor the other prompts.
     *
     * @param searchSeed any number
     * @param promptIndex the prompt's row, from 0
     * @param draw the image's place in the prompt's drawing order, from 0
     * @return 0 to 2^53 - 1, which every JSON reader keeps exactly
     */
    public static long derive(long searchSeed, int promptIndex, int draw) {
        return mix(mix(mix(searchSeed + GOLDEN) + GOLDEN * (promptIndex + 1L)) + GOLDEN * (draw + 1L)) >>> 11;
    }

    /** The output function of SplitMix64 (Steele, Lea, Flood 2014; Stafford's variant 13). */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}

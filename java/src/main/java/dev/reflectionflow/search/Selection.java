package dev.reflectionflow.search;

/** Which chains go on after a round. */
public enum Selection {
    /** The best of all: any image so far may be bettered next, and a poor chain gives its branch to a good one. */
    COMPETE,
    /** Each chain by itself, however it fares, as in the released search; the pool's best begin them. */
    APART
}

package dev.reflectionflow.text;

import java.util.Optional;

/**
 * A tokenised prompt.
 *
 * @param ids token ids, padded to the length asked for; not to be modified
 * @param used how many come before the padding, the end marker included
 * @param cut the end of the prompt that did not fit, empty where all of it did
 */
public record TokenIds(int[] ids, int used, Optional<String> cut) {}

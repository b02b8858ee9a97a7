package dev.reflectionflow.train.data;

import dev.reflectionflow.run.Hashes;
import java.nio.charset.StandardCharsets;

/**
 * Tells prompts for validation from those for training, by their hash alone: pairs of one prompt stay together, and no list
 * is needed.
 *
 * @param share of prompts that are for validation, from 0 to below 1
 */
record Holdout(double share) {
    private static final int DIGITS = 12;

    boolean isForValidation(RawSample sample) {
        if (share == 0) {
            return false;
        }
        String hash = Hashes.sha256(sample.texts().prompt().getBytes(StandardCharsets.UTF_8));
        return Long.parseLong(hash.substring(0, DIGITS), 16) < share * (1L << 4 * DIGITS);
    }
}

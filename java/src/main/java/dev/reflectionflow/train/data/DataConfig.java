package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.List;
import java.util.Objects;

/**
 * Which samples to read and how to prepare them.
 *
 * @param shards where they are: files, folders of {@code *.tar}, wildcards in a file's name, {@code pipe:} commands;
 *     braces such as {@code {0..208}} and {@code {a,b}} are expanded
 * @param mixing how often each split is drawn
 * @param targetSize side of the picture to draw, pixels
 * @param conditionSize side of the condition, pixels
 * @param drops what is left out how often
 * @param shuffleBuffer most samples, undecoded, that are shuffled among each other
 * @param validationShare share of prompts, chosen by their hash, that training never sees and validation alone reads
 * @param seed decides order, crops and drops
 */
public record DataConfig(
        List<String> shards,
        MixingSchedule mixing,
        int targetSize,
        int conditionSize,
        Drops drops,
        int shuffleBuffer,
        double validationShare,
        long seed) {
    /** Samples that the released training shuffles among each other. */
    public static final int PUBLISHED_SHUFFLE_BUFFER = 1000;

    /** Checks sizes and shares; {@code INVALID_ARGUMENT} names the key that is wrong. */
    public DataConfig {
        shards = List.copyOf(shards);
        Objects.requireNonNull(mixing, "mixing");
        Objects.requireNonNull(drops, "drops");
        atLeastOne("target_size", targetSize);
        atLeastOne("condition_size", conditionSize);
        atLeastOne("shuffle_buffer", shuffleBuffer);
        if (!(validationShare >= 0 && validationShare < 1)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT, "validation_share: " + validationShare + " is not from 0 to below 1");
        }
    }

    private static void atLeastOne(String key, int value) {
        if (value < 1) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, key + ": " + value + " is below 1");
        }
    }
}

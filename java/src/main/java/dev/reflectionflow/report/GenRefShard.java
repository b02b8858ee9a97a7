package dev.reflectionflow.report;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntFunction;

/** A WebDataset shard of flawed and better images with GenRef's keys, which correctors are trained on. */
public final class GenRefShard {
    /** GenRef's name for pairs that a rule told apart. */
    public static final String RULE = "rule";

    /** GenRef's name for pairs that a model told apart. */
    public static final String GENERAL = "general";

    private static final float JPEG_QUALITY = 0.95f;

    private GenRefShard() {}

    /**
     * A pair.
     *
     * @param good the better image
     * @param bad the flawed one
     * @param reflection what makes the better one of it
     * @param prompt the user's own, which both images were judged against
     * @param subset GenRef's name for the way that pairs were told apart
     */
    public record Pair(RgbImage good, RgbImage bad, String reflection, String prompt, String subset) {}

    /** The name of a folder's shard, counted from 0. */
    public static String name(int shard) {
        return "genref_" + shard + ".tar";
    }

    /**
     * Writes a shard, whole or not at all; equal pairs give equal bytes.
     *
     * @param first number of the first pair in the whole data set
     * @param count pairs of the shard
     * @param pairs each by its number in the whole data set; asked for once, in order
     * @throws EngineException {@code INVALID_FILE} where it cannot be written
     */
    public static void write(Path file, int first, int count, IntFunction<Pair> pairs) {
        NewFile.write(file, out -> {
            try (TarWriter tar = new TarWriter(out)) {
                for (int number = first; number < first + count; number++) {
                    add(tar, String.format(Locale.ROOT, "%08d.", number), pairs.apply(number));
                }
            }
        });
    }

    private static void add(TarWriter tar, String key, Pair pair) throws IOException {
        tar.add(key + "good_image.jpg", Pictures.jpeg(pair.good(), JPEG_QUALITY));
        tar.add(key + "bad_image.jpg", Pictures.jpeg(pair.bad(), JPEG_QUALITY));
        tar.add(key + "reflection.txt", pair.reflection().getBytes(StandardCharsets.UTF_8));
        tar.add(key + "prompt.txt", pair.prompt().getBytes(StandardCharsets.UTF_8));
        tar.add(key + "subset.txt", pair.subset().getBytes(StandardCharsets.UTF_8));
    }
}

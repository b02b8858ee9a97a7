package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.train.data.DataConfig;
import dev.reflectionflow.train.data.Drops;
import dev.reflectionflow.train.data.MixingSchedule;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run learns from.
 *
 * @param scenes whether scenes are drawn as they are needed; shards are read otherwise
 * @param shards where shards are, see {@link DataConfig}
 * @param mixing how often each split of the shards is drawn
 * @param targetSize side of the picture to draw, pixels
 * @param conditionSize side of the condition, pixels
 * @param drops what is left out how often
 * @param shuffleBuffer samples that are shuffled among each other
 * @param validationShare share of prompts that is kept for validation
 * @param pool scenes that are encoded once and drawn from
 * @param cache folder that keeps, across runs, what autoencoder and text encoders make of shards' pictures and texts: of
 *     FLUX.1-dev about 10 MB a sample at the published sizes. Pictures of which chance cuts a part out, those that are not
 *     square, are encoded each time. Scenes never come again and have no use for it
 */
public record DatasetConfig(
        boolean scenes,
        List<String> shards,
        MixingSchedule mixing,
        int targetSize,
        int conditionSize,
        Drops drops,
        int shuffleBuffer,
        double validationShare,
        int pool,
        Optional<Path> cache) {
    private enum Type {
        IMG,
        SCENES
    }

    private static final String AT = "train.dataset.";

    static DatasetConfig read(ConfigTree tree, StageKind stage) {
        boolean corrector = stage == StageKind.CORRECTOR;
        boolean scenes = tree.choice(AT + "type", Type.class, corrector ? Type.IMG : Type.SCENES) == Type.SCENES;
        if (!corrector && !scenes) {
            throw tree.bad(AT + "type", "must be scenes for this stage; only correctors learn from shards");
        }
        List<String> shards = tree.texts(AT + "path", List.of());
        if (!scenes && shards.isEmpty()) {
            throw tree.bad(AT + "path", "must name shards, such as genref_{0..208}.tar");
        }
        return new DatasetConfig(
                scenes,
                shards,
                mixing(tree),
                tree.integer(AT + "target_size", 16, scenes ? 128 : 1024),
                tree.integer(AT + "condition_size", 16, scenes ? 128 : 512),
                new Drops(
                        tree.number(AT + "drop_text_prob", 0, 1, Drops.PUBLISHED.text()),
                        tree.number(AT + "drop_image_prob", 0, 1, Drops.PUBLISHED.image()),
                        tree.number(AT + "drop_reflection_prob", 0, 1, Drops.PUBLISHED.reflection()),
                        tree.flag(AT + "drop_clip_text", !corrector)),
                tree.integer(AT + "shuffle_buffer", 1, DataConfig.PUBLISHED_SHUFFLE_BUFFER),
                tree.number(AT + "validation_share", 0, 0.99, 0),
                tree.integer(AT + "pool", 1, 20_000),
                cache(tree, scenes));
    }

    private static Optional<Path> cache(ConfigTree tree, boolean scenes) {
        String key = AT + "cache_path";
        Path folder = tree.path(key, "");
        if (folder.toString().isEmpty()) {
            return Optional.empty();
        }
        if (scenes) {
            throw tree.bad(key, "is for shards; scenes never come again");
        }
        return Optional.of(folder);
    }

    private static MixingSchedule mixing(ConfigTree tree) {
        Map<String, List<Double>> ratios = new LinkedHashMap<>();
        for (String split : tree.names(AT + "split_ratios")) {
            ratios.put(split, tree.numbers(AT + "split_ratios." + split, List.of()));
        }
        List<Long> stages = tree.numbers(AT + "training_stages", List.of(0.0)).stream()
                .map(Double::longValue)
                .toList();
        try {
            return ratios.isEmpty() ? MixingSchedule.NONE : new MixingSchedule(ratios, stages);
        } catch (EngineException e) {
            throw tree.bad(AT + "split_ratios", "cannot be followed: " + e.getMessage());
        }
    }

    /** What the readers of shards ask for. */
    DataConfig shards(long seed) {
        return new DataConfig(shards, mixing, targetSize, conditionSize, drops, shuffleBuffer, validationShare, seed);
    }
}

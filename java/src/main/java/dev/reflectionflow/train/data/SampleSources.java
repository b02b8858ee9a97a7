package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.scenes.SceneSplit;
import java.util.function.Consumer;

/** The sources that there are. */
public final class SampleSources {
    private SampleSources() {}

    /**
     * GenRef shards for training: endless, shuffled, mixed.
     *
     * @param position where to go on
     * @param problems told of each damaged sample or shard, one line each
     * @throws EngineException {@code INVALID_FILE} where a pattern matches nothing
     */
    public static SampleSource training(DataConfig config, DataPosition position, Consumer<String> problems) {
        return new MixedSource(config, position, problems);
    }

    /**
     * GenRef shards for validation: the prompts that training leaves out, or all where the share is 0, once each in the
     * shards' order, cropped in the middle and nothing dropped. It ends.
     *
     * @param problems told of each damaged sample or shard, one line each
     * @throws EngineException {@code INVALID_FILE} where a pattern matches nothing
     */
    public static SampleSource validation(DataConfig config, Consumer<String> problems) {
        return new ValidationSource(config, problems);
    }

    /**
     * Flawed scenes of the training prompts with the reflections that mend them, drawn by rule: endless. The split is
     * {@code rule}; shards, mixture and shuffling do not matter.
     *
     * @param position where to go on
     */
    public static SampleSource scenes(DataConfig config, DataPosition position) {
        return new SceneSource(config, SceneSplit.TRAIN, true, position.samples(), Long.MAX_VALUE);
    }

    /**
     * So many flawed scenes of the held-out prompts, nothing dropped. It ends.
     *
     * @param count scenes, 0 or more
     */
    public static SampleSource validationScenes(DataConfig config, long count) {
        return new SceneSource(config, SceneSplit.TEST, false, 0, count);
    }
}

package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.TextMode;
import dev.reflectionflow.scenes.FlawSampler;
import dev.reflectionflow.scenes.FlawedSample;
import dev.reflectionflow.scenes.SceneSample;
import dev.reflectionflow.scenes.SceneSampler;
import dev.reflectionflow.scenes.SceneSplit;
import java.util.Optional;

/**
 * An endless row of training scenes, each a function of seed and index. One in four comes with a flawed picture and the
 * reflection that mends it, because correctors meet such pictures and words.
 */
final class MixedScenes {
    private static final int FLAWED_EVERY = 4;

    private final SceneSampler scenes;
    private final FlawSampler flaws;

    MixedScenes(long seed) {
        scenes = new SceneSampler(seed, SceneSplit.TRAIN);
        flaws = new FlawSampler(seed, SceneSplit.TRAIN);
    }

    /**
     * One of them.
     *
     * @param sample prompt and the picture that meets it
     * @param flawed the same with its flawed picture, where it has one
     */
    record Example(SceneSample sample, Optional<FlawedSample> flawed) {
        /** The flawed picture where there is one, else the good one. */
        RgbImage image() {
            return flawed.map(FlawedSample::image).orElse(sample.image());
        }

        /** What mends the flawed picture; empty where there is none. */
        String reflection() {
            return flawed.map(FlawedSample::reflection).orElse("");
        }
    }

    /** The one at this place, 0 or more. */
    Example at(long index) {
        if (index % FLAWED_EVERY < FLAWED_EVERY - 1) {
            return new Example(scenes.sample(index), Optional.empty());
        }
        FlawedSample flawed = flaws.sample(index);
        return new Example(flawed.good(), Optional.of(flawed));
    }

    /** What T5 reads of a prompt with a reflection, which may be empty. */
    static String description(String prompt, String reflection) {
        return reflection.isEmpty() ? prompt : TextMode.TRAIN.join(prompt, reflection);
    }
}

package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.TextMode;
import dev.reflectionflow.scenes.FlawSampler;
import dev.reflectionflow.scenes.FlawedSample;
import dev.reflectionflow.scenes.SceneSplit;
import dev.reflectionflow.train.data.Batch;
import dev.reflectionflow.train.data.DataPosition;
import dev.reflectionflow.train.data.Drops;
import dev.reflectionflow.train.data.Sample;
import dev.reflectionflow.train.data.SampleSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scenes drawn as they are needed, in GenRef's form: an endless source that no shard holds. */
final class SceneSource implements SampleSource {
    private static final String SPLIT = "rule";

    private final FlawSampler scenes;
    private final Drops drops;
    private final long seed;
    private long next;

    SceneSource(long seed, SceneSplit split, Drops drops, DataPosition position) {
        scenes = new FlawSampler(seed, split);
        this.drops = drops;
        this.seed = seed;
        next = position.samples();
    }

    @Override
    public Batch next(long step, int size) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            samples.add(sample(next++));
        }
        return new Batch(samples, new DataPosition(next, 0, 0, 0, step, Map.of()));
    }

    private Sample sample(long index) {
        FlawedSample flawed = scenes.sample(index);
        Noise random = new Noise(seed, index, -3);
        boolean noText = random.uniform() < drops.text();
        boolean noImage = random.uniform() < drops.image();
        boolean noReflection = random.uniform() < drops.reflection() || noImage;
        String prompt = flawed.good().text();
        String description = noReflection ? prompt : TextMode.TRAIN.join(prompt, flawed.reflection());
        return new Sample(
                "scene " + index,
                flawed.good().image(),
                Optional.of(noImage ? black(flawed.image()) : flawed.image()),
                noText && drops.prompt() ? "" : prompt,
                noText ? "" : description,
                SPLIT);
    }

    private static RgbImage black(RgbImage like) {
        return new RgbImage(like.width(), like.height(), ByteBuffer.allocate(like.width() * like.height() * 3));
    }

    @Override
    public long damaged() {
        return 0;
    }

    @Override
    public void close() {
        // nothing is open
    }
}

package dev.reflectionflow.train.data;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.scenes.FlawSampler;
import dev.reflectionflow.scenes.FlawedSample;
import dev.reflectionflow.scenes.SceneRenderer;
import dev.reflectionflow.scenes.SceneSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Flawed scenes, drawn as they are asked for: a shard that needs no disk. */
final class SceneSource implements SampleSource {
    /** GenRef's name for pairs that a rule told apart. */
    private static final String SPLIT = "rule";

    private final FlawSampler scenes;
    private final DataConfig config;
    private final Preparation preparation;
    private final boolean varied;
    private final long end;
    private long next;

    /**
     * Scenes from {@code next} on.
     *
     * @param varied whether crops and drops are drawn; the middle and none otherwise
     * @param end number of the scene to stop before
     */
    SceneSource(DataConfig config, SceneSplit split, boolean varied, long next, long end) {
        this.scenes = new FlawSampler(config.seed(), split);
        this.config = config;
        this.preparation = new Preparation(config, config.drops());
        this.varied = varied;
        this.next = next;
        this.end = end;
    }

    @Override
    public Batch next(long step, int size) {
        List<Sample> batch = new ArrayList<>();
        while (batch.size() < size && next < end) {
            batch.add(sample(next));
            next++;
        }
        return new Batch(batch, new DataPosition(next, 0, 0, 0, step, Map.of()));
    }

    private Sample sample(long number) {
        FlawedSample scene = scenes.sample(number);
        Texts texts = new Texts("scene " + number, scene.good().text(), scene.reflection(), SPLIT);
        Optional<Random> random = varied ? Optional.of(Chance.PREPARATION.at(config.seed(), number)) : Optional.empty();
        return preparation.prepare(texts, pictures(scene), random);
    }

    private PicturePair pictures(FlawedSample scene) {
        int size = config.targetSize();
        return new PicturePair() {
            @Override
            public RgbImage good() {
                return SceneRenderer.draw(scene.good().objects(), size);
            }

            @Override
            public RgbImage bad() {
                return SceneRenderer.draw(scene.objects(), size);
            }
        };
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

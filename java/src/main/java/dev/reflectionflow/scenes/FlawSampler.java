package dev.reflectionflow.scenes;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * An endless row of flawed pictures with the reflections that mend them, each a pure function of seed, split and index.
 * Thread-safe.
 */
public final class FlawSampler {
    /** Of ten samples so many have one flaw, and so many have up to two; the rest have up to three. */
    private static final int ONE = 6;

    private static final int TWO = 9;

    private final long seed;
    private final SceneSplit split;

    /**
     * Any seed gives another row.
     *
     * @param split whose prompts to draw
     */
    public FlawSampler(long seed, SceneSplit split) {
        this.seed = seed;
        this.split = split;
    }

    /** The sample at this place, 0 or more. */
    public FlawedSample sample(long index) {
        // not the generator of the plain samples: its pictures stay unseen where both rows have one seed
        SplittableRandom random = SceneSampler.random(~seed, index);
        while (true) {
            Optional<FlawedSample> sample = attempt(random);
            if (sample.isPresent()) {
                return sample.get();
            }
        }
    }

    private Optional<FlawedSample> attempt(SplittableRandom random) {
        SceneSample good = SceneSampler.sample(random, split);
        SpoiledScene scene = new SpoiledScene(good.prompt(), good.objects(), random);
        int draw = random.nextInt(10);
        int wanted = draw < ONE ? 1 : draw < TWO ? 2 : 3;
        Set<SceneFlaw> flaws = EnumSet.noneOf(SceneFlaw.class);
        SceneFlaw[] all = SceneFlaw.values();
        for (int i = 0; i < wanted; i++) {
            // a wrong place is the hardest to mend and only where the prompt names one
            boolean displaced = good.prompt().relation().isPresent() && random.nextBoolean();
            SceneFlaw flaw = displaced ? SceneFlaw.PLACE : all[random.nextInt(all.length)];
            if (!flaws.contains(flaw) && scene.spoil(flaw)) {
                flaws.add(flaw);
            }
        }
        if (flaws.isEmpty() || !scene.isMendedByItsCritique()) {
            return Optional.empty();
        }
        List<PlacedObject> objects = scene.objects();
        return Optional.of(new FlawedSample(good, flaws, objects, SceneRenderer.draw(objects), scene.reflection()));
    }
}

package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** An endless row of prompts with pictures that meet them, each a pure function of seed, split and index. Thread-safe. */
public final class SceneSampler {
    private final long seed;
    private final SceneSplit split;

    /**
     * Any seed gives another row.
     *
     * @param split whose prompts to draw
     */
    public SceneSampler(long seed, SceneSplit split) {
        this.seed = seed;
        this.split = split;
    }

    /** The sample at this place, 0 or more. */
    public SceneSample sample(long index) {
        return sample(random(seed, index), split);
    }

    static SceneSample sample(SplittableRandom random, SceneSplit split) {
        PromptSampler prompts = new PromptSampler(random);
        SceneTag tag = prompts.tag();
        ScenePrompt prompt = prompts.sample(tag, split);
        String text = prompts.wording().of(prompt);
        List<PlacedObject> objects = objects(prompt, random);
        return new SceneSample(tag, text, prompt, objects, SceneRenderer.draw(objects));
    }

    /** A generator for one place of a row; both are mixed first, or neighbours would repeat each other, shifted. */
    static SplittableRandom random(long seed, long index) {
        long place = new SplittableRandom(~index).nextLong();
        return new SplittableRandom(new SplittableRandom(new SplittableRandom(seed).nextLong() ^ place).nextLong());
    }

    /** Objects that meet a prompt for at most four; those of a group without a colour share one that no other group has. */
    static List<PlacedObject> objects(ScenePrompt prompt, SplittableRandom random) {
        PromptSampler kinds = new PromptSampler(random);
        List<SceneLayout.Place> places = new SceneLayout(random).places(prompt.count(), prompt.relation());
        List<PlacedObject> objects = new ArrayList<>();
        List<SceneColor> taken = new ArrayList<>();
        prompt.groups().forEach(group -> group.color().ifPresent(taken::add));
        for (Group group : prompt.groups()) {
            SceneColor color = group.color().orElseGet(() -> free(kinds, taken));
            for (int i = 0; i < group.count(); i++) {
                SceneLayout.Place place = places.get(objects.size());
                objects.add(new PlacedObject(group.shape(), color, place.x(), place.y(), radius(group, place)));
            }
        }
        return objects;
    }

    /** Pointed shapes fill less of their circle, so theirs is larger. */
    private static double radius(Group group, SceneLayout.Place place) {
        return place.radius()
                * switch (group.shape()) {
                    case CIRCLE -> 1;
                    case SQUARE, STAR -> 1.08;
                    case TRIANGLE -> 1.12;
                };
    }

    private static SceneColor free(PromptSampler kinds, List<SceneColor> taken) {
        SceneColor color = kinds.color();
        while (taken.contains(color)) {
            color = kinds.color();
        }
        taken.add(color);
        return color;
    }
}

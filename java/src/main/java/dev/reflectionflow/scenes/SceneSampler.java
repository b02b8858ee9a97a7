package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        SplittableRandom random = random(seed, index);
        PromptSampler prompts = new PromptSampler(random);
        SceneTag tag = prompts.tag();
        ScenePrompt prompt = prompts.sample(tag, split);
        String text = prompts.wording().of(prompt);
        List<PlacedObject> objects = objects(prompt, random);
        return new SceneSample(tag, text, prompt, objects, SceneRenderer.draw(objects));
    }

    /** A generator for one place of a row; nearby seeds and indexes give unrelated ones. */
    static SplittableRandom random(long seed, long index) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + index * 0x9E3779B97F4A7C15L);
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
                objects.add(new PlacedObject(
                        group.shape(), Optional.empty(), color, place.x(), place.y(), place.radius(), 0));
            }
        }
        return objects;
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

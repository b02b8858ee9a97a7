package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Draws prompts of GenEval's kinds. */
final class PromptSampler {
    private static final int MOST = 4;

    private final SplittableRandom random;

    PromptSampler(SplittableRandom random) {
        this.random = random;
    }

    /** A prompt of this kind and split. */
    ScenePrompt sample(SceneTag tag, SceneSplit split) {
        while (true) {
            ScenePrompt prompt = sample(tag);
            if (SceneSplit.of(prompt) == split) {
                return prompt;
            }
        }
    }

    SceneTag tag() {
        return SceneTag.values()[random.nextInt(SceneTag.values().length)];
    }

    SceneWording wording() {
        return SceneWording.values()[random.nextInt(SceneWording.values().length)];
    }

    private ScenePrompt sample(SceneTag tag) {
        return switch (tag) {
            case SINGLE_OBJECT -> one(1, random.nextInt(3) == 0 ? Optional.empty() : Optional.of(color()));
            case COLORS -> one(1, Optional.of(color()));
            case COUNTING ->
                one(2 + random.nextInt(MOST - 1), random.nextInt(3) == 0 ? Optional.empty() : Optional.of(color()));
            case TWO_OBJECT -> {
                int colored = random.nextInt(3);
                yield two(colored == 1, colored == 2, Optional.empty());
            }
            case POSITION -> {
                boolean colored = random.nextInt(3) > 0;
                yield two(colored, colored, Optional.of(Relation.values()[random.nextInt(Relation.values().length)]));
            }
            case COLOR_ATTR -> two(true, true, Optional.empty());
        };
    }

    private ScenePrompt one(int count, Optional<SceneColor> color) {
        return new ScenePrompt(List.of(new Group(count, color, shape())), Optional.empty());
    }

    private ScenePrompt two(boolean firstColored, boolean secondColored, Optional<Relation> relation) {
        Shape first = shape();
        Shape second = otherThan(first);
        SceneColor color = color();
        return new ScenePrompt(
                List.of(
                        new Group(1, firstColored ? Optional.of(color) : Optional.empty(), first),
                        new Group(1, secondColored ? Optional.of(otherThan(color)) : Optional.empty(), second)),
                relation);
    }

    Shape shape() {
        return Shape.values()[random.nextInt(Shape.values().length)];
    }

    SceneColor color() {
        return SceneColor.values()[random.nextInt(SceneColor.values().length)];
    }

    Shape otherThan(Shape shape) {
        Shape[] all = Shape.values();
        return all[(shape.ordinal() + 1 + random.nextInt(all.length - 1)) % all.length];
    }

    SceneColor otherThan(SceneColor color) {
        SceneColor[] all = SceneColor.values();
        return all[(color.ordinal() + 1 + random.nextInt(all.length - 1)) % all.length];
    }
}

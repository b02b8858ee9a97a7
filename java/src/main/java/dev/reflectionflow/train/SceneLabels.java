package dev.reflectionflow.train;

import dev.reflectionflow.scenes.Relation;
import dev.reflectionflow.scenes.SceneColor;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.ScenePrompt.Group;
import dev.reflectionflow.scenes.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What a scene prompt means, as answers to questions with a few answers each: how many objects of each colour (or none
 * named) and shape, the relation, and colour and shape of the first and the second group.
 */
final class SceneLabels {
    private static final int COLORS = SceneColor.values().length + 1;
    private static final int SHAPES = Shape.values().length;
    private static final int MOST_COUNT = 4;

    /**
     * Questions with equally many possible answers.
     *
     * @param count of questions
     * @param answers to each
     */
    record Block(int count, int answers) {}

    /** All questions, in the order of {@link #of}. */
    static final List<Block> BLOCKS = List.of(
            new Block(COLORS * SHAPES, MOST_COUNT + 1),
            new Block(1, Relation.values().length + 1),
            new Block(1, COLORS),
            new Block(1, SHAPES),
            new Block(1, COLORS + 1),
            new Block(1, SHAPES + 1));

    private SceneLabels() {}

    /** Logits that answer all questions. */
    static int logits() {
        return BLOCKS.stream().mapToInt(block -> block.count * block.answers).sum();
    }

    /** The answers, block by block. */
    static List<long[]> of(ScenePrompt prompt) {
        long[] counts = new long[COLORS * SHAPES];
        for (Group group : prompt.groups()) {
            int kind = color(group) * SHAPES + group.shape().ordinal();
            counts[kind] = Math.min(MOST_COUNT, counts[kind] + group.count());
        }
        Group first = prompt.groups().get(0);
        boolean two = prompt.groups().size() > 1;
        Group second = prompt.groups().get(two ? 1 : 0);
        List<long[]> labels = new ArrayList<>();
        labels.add(counts);
        labels.add(new long[] {
            prompt.relation().map(relation -> relation.ordinal() + 1).orElse(0)
        });
        labels.add(new long[] {color(first)});
        labels.add(new long[] {first.shape().ordinal()});
        labels.add(new long[] {two ? color(second) + 1 : 0});
        labels.add(new long[] {two ? second.shape().ordinal() + 1 : 0});
        return labels;
    }

    private static int color(Group group) {
        return group.color().map(color -> color.ordinal() + 1).orElse(0);
    }
}

package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which object of a scene stands for which wanted one.
 *
 * @param scene with the objects
 * @param wanted a group for each wanted object, in the prompt's order
 * @param found for each wanted object its index in the scene, or -1
 */
record SceneAssignment(Scene scene, List<Group> wanted, int[] found) {
    private static final double SHAPE_SHARE = 0.5;
    private static final double COLORED_FIRST = 0.01;

    /** Where shape and colour pull to different objects: shapes are the harder ones to redraw. */
    private static final double SHAPE_FIRST = 0.001;

    /** A group for each wanted object, in the prompt's order. */
    static List<Group> wanted(ScenePrompt prompt) {
        List<Group> wanted = new ArrayList<>();
        prompt.groups().forEach(group -> wanted.addAll(Collections.nCopies(group.count(), group)));
        return wanted;
    }

    /** Best pairs first, each object once. */
    static SceneAssignment of(ScenePrompt prompt, Scene scene) {
        List<Group> wanted = wanted(prompt);
        List<SceneObject> objects = scene.objects();
        int[] found = new int[wanted.size()];
        Arrays.fill(found, -1);
        boolean[] taken = new boolean[objects.size()];
        for (int pairs = Math.min(wanted.size(), objects.size()); pairs > 0; pairs--) {
            int bestWanted = -1;
            int bestObject = -1;
            double best = -1;
            for (int w = 0; w < wanted.size(); w++) {
                for (int o = 0; o < objects.size(); o++) {
                    double rank = found[w] >= 0 || taken[o] ? -1 : rank(wanted.get(w), objects.get(o));
                    if (rank > best) {
                        best = rank;
                        bestWanted = w;
                        bestObject = o;
                    }
                }
            }
            found[bestWanted] = bestObject;
            taken[bestObject] = true;
        }
        return new SceneAssignment(scene, wanted, found);
    }

    /** How much of a wanted object is there, 0 to 1. */
    double credit(int index) {
        return found[index] < 0 ? 0 : credit(wanted.get(index), object(index));
    }

    /** What stands for a wanted object that is not missing. */
    SceneObject object(int index) {
        return scene.objects().get(found[index]);
    }

    boolean isMissing(int index) {
        return found[index] < 0;
    }

    /** The objects that stand for nothing. */
    List<SceneObject> extra() {
        return IntStream.range(0, scene.objects().size())
                .filter(o -> Arrays.stream(found).noneMatch(index -> index == o))
                .mapToObj(scene.objects()::get)
                .toList();
    }

    /**
     * How far a relation holds between the first objects and the others: the mean over all pairs; a missing object makes
     * its pairs 0.
     *
     * @param subjects how many objects the first group has
     */
    double degree(Relation relation, int subjects) {
        double sum = 0;
        for (int i = 0; i < subjects; i++) {
            for (int j = subjects; j < found.length; j++) {
                if (!isMissing(i) && !isMissing(j)) {
                    double degree = relation.degree(object(i), object(j));
                    // of "a star above a star" either may be the upper one
                    boolean exchangeable = found.length == 2
                            && wanted.get(0).matches(object(j))
                            && wanted.get(1).matches(object(i));
                    sum += exchangeable ? Math.max(degree, relation.degree(object(j), object(i))) : degree;
                }
            }
        }
        return sum / (subjects * (found.length - subjects));
    }

    /** The least clarity of a shape or, with a relation, of its pairs, 0 to 1; nothing may be missing. */
    double clarity(Optional<Relation> relation, int subjects) {
        double least = IntStream.range(0, found.length)
                .mapToDouble(index -> object(index).clarity())
                .min()
                .orElse(1);
        for (int i = 0; relation.isPresent() && i < subjects; i++) {
            for (int j = subjects; j < found.length; j++) {
                least = Math.min(least, relation.get().clarity(object(i), object(j)));
            }
        }
        return least;
    }

    private static double rank(Group group, SceneObject object) {
        // a group without a colour is content with what the coloured ones leave
        return credit(group, object)
                + (group.color().isPresent() ? COLORED_FIRST : 0)
                + (group.hasShapeOf(object) ? SHAPE_FIRST : 0);
    }

    private static double credit(Group group, SceneObject object) {
        return (group.hasShapeOf(object) ? SHAPE_SHARE : 0) + (group.hasColorOf(object) ? 1 - SHAPE_SHARE : 0);
    }
}

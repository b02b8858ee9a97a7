package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well a scene meets a prompt, requirement by requirement, so that a search has a slope to climb.
 *
 * @param requirements each requirement in words with the degree, 0 to 1, to which it holds; in the prompt's order
 */
public record SceneMatch(Map<String, Double> requirements) {
    private static final double SHAPE_SHARE = 0.5;
    private static final double COLORED_FIRST = 0.01;

    public SceneMatch {
        requirements = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(requirements));
    }

    /** The mean over the requirements; 1 only if all hold. */
    public double value() {
        return holds()
                ? 1
                : requirements.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(0);
    }

    /** Whether every requirement holds. */
    public boolean holds() {
        return requirements.values().stream().allMatch(degree -> degree >= 1);
    }

    /** Compares what was asked for with what is there. */
    public static SceneMatch of(ScenePrompt prompt, Scene scene) {
        List<Group> wanted = new ArrayList<>();
        prompt.groups().forEach(group -> wanted.addAll(java.util.Collections.nCopies(group.count(), group)));
        int[] found = assign(wanted, scene.objects());
        Map<String, Double> requirements = new LinkedHashMap<>();
        int first = 0;
        for (int g = 0; g < prompt.groups().size(); g++) {
            Group group = prompt.groups().get(g);
            double sum = 0;
            for (int i = first; i < first + group.count(); i++) {
                sum += found[i] < 0 ? 0 : credit(group, scene.objects().get(found[i]));
            }
            first += group.count();
            requirements.merge(group.words(), sum / group.count(), Math::min);
        }
        int extra = Math.max(0, scene.objects().size() - wanted.size());
        requirements.put("nothing else", Math.max(0, 1 - extra / (double) wanted.size()));
        prompt.relation()
                .ifPresent(relation -> requirements.put(
                        relation.words(),
                        relationDegree(relation, wanted, prompt.groups().get(0).count(), found, scene)));
        return new SceneMatch(requirements);
    }

    /** The mean over all pairs of the two groups; a missing object makes its pairs 0. */
    private static double relationDegree(
            Relation relation, List<Group> wanted, int subjects, int[] found, Scene scene) {
        double sum = 0;
        for (int i = 0; i < subjects; i++) {
            for (int j = subjects; j < found.length; j++) {
                if (found[i] >= 0 && found[j] >= 0) {
                    SceneObject subject = scene.objects().get(found[i]);
                    SceneObject reference = scene.objects().get(found[j]);
                    double degree = relation.degree(subject, reference);
                    // of "a star above a star" either may be the upper one
                    boolean exchangeable = found.length == 2
                            && wanted.get(0).matches(reference)
                            && wanted.get(1).matches(subject);
                    sum += exchangeable ? Math.max(degree, relation.degree(reference, subject)) : degree;
                }
            }
        }
        return sum / (subjects * (found.length - subjects));
    }

    /** For each wanted object the one that stands for it, or -1: best pairs first, each object once. */
    private static int[] assign(List<Group> wanted, List<SceneObject> objects) {
        int[] found = new int[wanted.size()];
        java.util.Arrays.fill(found, -1);
        boolean[] taken = new boolean[objects.size()];
        for (int pairs = Math.min(wanted.size(), objects.size()); pairs > 0; pairs--) {
            int bestWanted = -1;
            int bestObject = -1;
            double best = -1;
            for (int w = 0; w < wanted.size(); w++) {
                for (int o = 0; o < objects.size(); o++) {
                    // a group without a colour is content with what the coloured ones leave
                    double rank = found[w] >= 0 || taken[o]
                            ? -1
                            : credit(wanted.get(w), objects.get(o))
                                    + (wanted.get(w).color().isPresent() ? COLORED_FIRST : 0);
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
        return found;
    }

    private static double credit(Group group, SceneObject object) {
        if (group.matches(object)) {
            return 1;
        }
        boolean shape = object.shape().equals(java.util.Optional.of(group.shape()));
        boolean color = group.color().isEmpty() || object.color().equals(group.color());
        return (shape ? SHAPE_SHARE : 0) + (color ? 1 - SHAPE_SHARE : 0);
    }
}

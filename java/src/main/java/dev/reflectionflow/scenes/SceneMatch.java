package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How well a scene meets a prompt, requirement by requirement, so that a search has a slope to climb.
 *
 * @param requirements each requirement in words with the degree, 0 to 1, to which it holds; in the prompt's order
 * @param clarity how clear shapes and places are where all holds, 0 to 1, the least of them; else 0
 */
public record SceneMatch(Map<String, Double> requirements, double clarity) {
    /** What clarity alone may add. */
    private static final double CLEAR = 0.1;

    public SceneMatch {
        requirements = Collections.unmodifiableMap(new LinkedHashMap<>(requirements));
    }

    /** Up to 0.9 by the mean over the requirements, only if all hold; beyond, the clearer the higher, up to 1. */
    public double value() {
        double mean = requirements.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
        return (1 - CLEAR) * (holds() ? 1 : mean) + CLEAR * clarity;
    }

    /** Whether every requirement holds. */
    public boolean holds() {
        return requirements.values().stream().allMatch(degree -> degree >= 1);
    }

    /** Compares what was asked for with what is there. */
    public static SceneMatch of(ScenePrompt prompt, Scene scene) {
        SceneAssignment assignment = SceneAssignment.of(prompt, scene);
        Map<String, Double> requirements = new LinkedHashMap<>();
        int first = 0;
        for (Group group : prompt.groups()) {
            double sum = IntStream.range(first, first + group.count())
                    .mapToDouble(assignment::credit)
                    .sum();
            first += group.count();
            requirements.merge(group.words(), sum / group.count(), Math::min);
        }
        int extra = Math.max(0, scene.objects().size() - prompt.count());
        requirements.put("nothing else", Math.max(0, 1 - extra / (double) prompt.count()));
        prompt.relation()
                .ifPresent(relation -> requirements.put(
                        relation.words(),
                        assignment.degree(relation, prompt.groups().get(0).count())));
        SceneMatch match = new SceneMatch(requirements, 0);
        int subjects = prompt.groups().get(0).count();
        return match.holds() ? new SceneMatch(requirements, assignment.clarity(prompt.relation(), subjects)) : match;
    }
}

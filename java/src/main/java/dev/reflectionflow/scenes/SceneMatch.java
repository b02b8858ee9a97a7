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
 */
public record SceneMatch(Map<String, Double> requirements) {
    public SceneMatch {
        requirements = Collections.unmodifiableMap(new LinkedHashMap<>(requirements));
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
        return new SceneMatch(requirements);
    }
}

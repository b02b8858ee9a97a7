package dev.reflectionflow.scenes.evaluator;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.scenes.Relation;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Judges pictures against prompts strictly: right or wrong, nothing in between. */
public final class SceneEvaluator {
    /** An object stands left of another where it is nearer to that direction than to any other by this factor. */
    private static final double STEEPEST = Math.sqrt(3);

    /** And by this share of both radii at least. */
    private static final double CLEAR = 0.2;

    private SceneEvaluator() {}

    /** Looks at a picture of any size. */
    public static Evaluation evaluate(RgbImage image, ScenePrompt prompt) {
        List<Finding> findings = new Explainer(new Photo(image)).explain();
        List<Group> wanted = new ArrayList<>();
        prompt.groups().forEach(group -> wanted.addAll(Collections.nCopies(group.count(), group)));
        boolean holds = findings.size() == wanted.size() && canStand(prompt, wanted, findings, new ArrayList<>());
        return new Evaluation(holds, findings);
    }

    /** Whether the objects can stand for the wanted ones, each for one, so that all is as asked for. */
    private static boolean canStand(
            ScenePrompt prompt, List<Group> wanted, List<Finding> findings, List<Finding> taken) {
        int next = taken.size();
        if (next == wanted.size()) {
            return prompt.relation()
                    .map(relation -> areSo(relation, prompt, taken))
                    .orElse(true);
        }
        for (Finding finding : findings) {
            if (isA(wanted.get(next), finding) && taken.stream().noneMatch(other -> other == finding)) {
                taken.add(finding);
                if (canStand(prompt, wanted, findings, taken)) {
                    return true;
                }
                taken.remove(next);
            }
        }
        return false;
    }

    private static boolean isA(Group group, Finding finding) {
        return finding.shape().isPresent()
                && finding.shape().get() == group.shape()
                && (group.color().isEmpty() || group.color().equals(finding.color()));
    }

    private static boolean areSo(Relation relation, ScenePrompt prompt, List<Finding> objects) {
        int subjects = prompt.groups().get(0).count();
        for (Finding subject : objects.subList(0, subjects)) {
            for (Finding reference : objects.subList(subjects, objects.size())) {
                if (!isSo(relation, subject, reference)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isSo(Relation relation, Finding subject, Finding reference) {
        double dx = subject.x() - reference.x();
        double dy = subject.y() - reference.y();
        double along = switch (relation) {
            case LEFT_OF -> -dx;
            case RIGHT_OF -> dx;
            case ABOVE -> -dy;
            case BELOW -> dy;
        };
        double across = relation == Relation.LEFT_OF || relation == Relation.RIGHT_OF ? dy : dx;
        return along > CLEAR * (subject.radius() + reference.radius()) && along * STEEPEST > Math.abs(across);
    }
}

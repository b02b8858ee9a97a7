package dev.reflectionflow.cli;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.scenes.FlawedSample;
import dev.reflectionflow.scenes.PlacedObject;
import dev.reflectionflow.scenes.evaluator.Evaluation;
import dev.reflectionflow.scenes.evaluator.Finding;
import dev.reflectionflow.scenes.evaluator.SceneEvaluator;
import java.util.List;

/**
 * What became of a flawed scene, by the evaluator.
 *
 * @param mended whether the picture shows what the prompt asks for
 * @param kept whether the objects that had no flaw are where they were
 * @param unchanged whether all objects are as they were, flaws included
 */
record MendingOutcome(boolean mended, boolean kept, boolean unchanged) {
    static MendingOutcome of(FlawedSample sample, RgbImage drawn) {
        Evaluation evaluation = SceneEvaluator.evaluate(drawn, sample.good().prompt());
        List<Finding> findings = evaluation.findings();
        boolean kept = sample.objects().stream()
                .filter(sample.good().objects()::contains)
                .allMatch(object -> stands(object, findings));
        boolean unchanged = findings.size() == sample.objects().size()
                && sample.objects().stream().allMatch(object -> stands(object, findings));
        return new MendingOutcome(evaluation.holds(), kept, unchanged);
    }

    /** Whether one of the findings is the object, with its centre inside of it. */
    private static boolean stands(PlacedObject object, List<Finding> findings) {
        return findings.stream()
                .anyMatch(finding -> looksLike(object, finding)
                        && Math.hypot(finding.x() - object.centerX(), finding.y() - object.centerY())
                                < object.radius() / 2);
    }

    private static boolean looksLike(PlacedObject object, Finding finding) {
        boolean shape = object.malformation().isPresent()
                ? finding.shape().isEmpty()
                : finding.shape().filter(object.shape()::equals).isPresent();
        return shape && finding.color().filter(object.color()::equals).isPresent();
    }
}

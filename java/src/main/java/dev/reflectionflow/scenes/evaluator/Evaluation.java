package dev.reflectionflow.scenes.evaluator;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What the evaluator says of a picture.
 *
 * @param holds whether the picture shows what the prompt asks for, and nothing else
 * @param findings every object in it
 */
public record Evaluation(boolean holds, List<Finding> findings) {
    public Evaluation {
        findings = List.copyOf(findings);
    }

    /** The objects in short. */
    public String words() {
        return findings.isEmpty()
                ? "nothing"
                : findings.stream().map(Finding::words).collect(Collectors.joining(", "));
    }
}

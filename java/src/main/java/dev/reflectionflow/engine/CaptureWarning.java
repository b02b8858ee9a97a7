package dev.reflectionflow.engine;

import dev.reflectionflow.Execution;
import dev.reflectionflow.GenerationListener;
import java.util.HashSet;
import java.util.Set;

/** Says that steps could not be captured: slower, same pictures; each reason once, for the next run meets it again. */
final class CaptureWarning {
    private final Set<String> told = new HashSet<>();

    void hear(Execution execution, GenerationListener listener) {
        execution
                .graphFailure()
                .filter(told::add)
                .ifPresent(why -> listener.onWarning("steps are not captured as a whole, only slower for it: " + why));
    }
}

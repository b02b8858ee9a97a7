package dev.reflectionflow.cli;

import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.RgbImage;
import java.util.List;
import java.util.function.Supplier;

/**
 * Shows how far the images drawn together are, and stops where Ctrl-C asks for it.
 *
 * @param done images finished before these
 * @param together images of this batch
 */
record DrawingListener(Console console, Progress progress, Interrupts interrupts, int done, int together)
        implements GenerationListener {
    @Override
    public boolean onStep(int step, int steps, Supplier<List<RgbImage>> preview) {
        progress.step("", done, together, step, steps);
        return !interrupts.isAsked();
    }

    @Override
    public void onWarning(String warning) {
        console.note(warning);
    }
}

package dev.reflectionflow.search;

import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.RgbImage;
import java.util.List;
import java.util.function.Supplier;

/** Tells the search's listener of the steps of a round, and the engine of a wish to stop. */
final class RoundProgress implements GenerationListener {
    private final FlowRun run;
    private final SearchPrompt prompt;
    private final int round;
    private final int images;
    private volatile long firstStep;
    private volatile long lastStep;

    /** @param draws of one round, drawn in one call */
    RoundProgress(FlowRun run, SearchPrompt prompt, List<Draw> draws) {
        this.run = run;
        this.prompt = prompt;
        round = draws.get(0).round();
        images = draws.size();
    }

    @Override
    public boolean onStep(int step, int steps, Supplier<List<RgbImage>> preview) {
        lastStep = System.nanoTime();
        firstStep = firstStep == 0 ? lastStep : firstStep;
        run.listener().stepDone(prompt, round, step, steps, images);
        return !run.listener().isCancelled();
    }

    @Override
    public void onWarning(String warning) {
        run.listener().warned(prompt, warning);
    }

    /** From the first step so far to the last. */
    double milliseconds() {
        return (lastStep - firstStep) / 1e6;
    }
}

package dev.reflectionflow.cli;

import dev.reflectionflow.GenerationRequest;
import java.util.List;
import java.util.Map;

/**
 * What a bench found.
 *
 * @param model how the model was named
 * @param settings it was opened with
 * @param dtype computed in
 * @param approximations that it was set to; none where all is exact
 * @param request one of the requests, resolved
 * @param asked what the user wanted measured
 * @param work of one step
 * @param milliseconds every sample of each stage; none of a stage that there was not
 * @param first the first picture; null where only steps were measured
 * @param javaMs of each batch, what passed outside native computing; none where only steps were measured
 * @param libtorch its version
 */
record BenchResult(
        String model,
        EngineSettings settings,
        Dtype dtype,
        Map<String, String> approximations,
        GenerationRequest request,
        BenchCommand.Work asked,
        BenchWork work,
        Map<BenchStage, List<Double>> milliseconds,
        BenchFirstImage first,
        List<Double> javaMs,
        String libtorch) {

    boolean random() {
        return settings.randomWeights() != null;
    }

    int threads() {
        return settings.computing().threads() == null
                ? Runtime.getRuntime().availableProcessors()
                : settings.computing().threads();
    }

    /** Whether there are whole images to speak of. */
    boolean whole() {
        return first != null;
    }

    double imagesPerSecond() {
        return 1000 * settings.batchSize() / median(BenchStage.TOTAL);
    }

    double teraflopPerSecond() {
        return 1000 * work.teraflop() / median(BenchStage.STEP);
    }

    /** The share of a whole call that is not native computing, in [0, 1]. */
    double javaOverhead() {
        return BenchStage.median(javaMs) / median(BenchStage.TOTAL);
    }

    private double median(BenchStage stage) {
        return BenchStage.median(milliseconds.get(stage));
    }
}

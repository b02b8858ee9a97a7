package dev.reflectionflow.cli;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.engine.Device;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

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
 * @param skipped steps that a cache left out in the runs that count; 0 without one
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
        long skipped,
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

    /**
     * None with a cache of steps: {@link BenchWork} counts a step that is taken in full, and which samples are such nobody
     * says.
     */
    OptionalDouble teraflopPerSecond() {
        return cached() ? OptionalDouble.empty() : OptionalDouble.of(1000 * work.teraflop() / median(BenchStage.STEP));
    }

    /** Whether steps may be skipped. */
    boolean cached() {
        return settings.computing().cacheThreshold() > 0;
    }

    /** Steps of the runs that count. */
    long steps() {
        return (long) asked.runs * request.steps();
    }

    /** Milliseconds of a step in mean, skipped ones included. */
    double meanStep() {
        return milliseconds.get(BenchStage.STEP).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }

    Device device() {
        return settings.computing().device();
    }

    /** The share of a whole call that is not native computing, in [0, 1]. */
    double javaOverhead() {
        return BenchStage.median(javaMs) / median(BenchStage.TOTAL);
    }

    private double median(BenchStage stage) {
        return BenchStage.median(milliseconds.get(stage));
    }
}

package dev.reflectionflow.cli;

import dev.reflectionflow.engine.Device;
import dev.reflectionflow.engine.FluxEngine;
import dev.reflectionflow.engine.Offload;
import dev.reflectionflow.engine.PerformanceMode;
import dev.reflectionflow.image.Computed;
import java.util.Set;

/**
 * How an engine is to compute; null leaves a value to it.
 *
 * @param cacheThreshold see {@link FluxEngine.Builder#cacheThreshold}
 */
record Computing(
        Dtype dtype,
        Device device,
        Set<Offload> offload,
        PerformanceMode performance,
        double cacheThreshold,
        Integer threads) {
    /** As the engine does it by itself. */
    static final Computing DEFAULT = withThreads(null);

    Computing {
        offload = Set.copyOf(offload);
    }

    /** @param threads null for all processors */
    static Computing withThreads(Integer threads) {
        return new Computing(null, Device.CPU, Set.of(), PerformanceMode.EXACT, 0, threads);
    }

    /** What a picture tells of it; which type is the engine's to say. */
    Computed metadata(Dtype used) {
        return new Computed(used.toString(), device.toString(), performance.toString(), cacheThreshold);
    }
}

package dev.reflectionflow.engine;

import dev.reflectionflow.Approximations;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.weights.DrawingLimits;
import dev.reflectionflow.weights.ModelHash;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the networks compute.
 *
 * @param type of the values
 * @param device where
 * @param offload weights that leave a CUDA device between uses; without effect on the CPU
 * @param performance what products compute in
 * @param cacheThreshold see {@link FluxEngine.Builder#cacheThreshold}; 0 takes every step in full
 * @param threads of the native code
 */
record ComputeSettings(
        ComputeType type,
        Device device,
        Set<Offload> offload,
        PerformanceMode performance,
        double cacheThreshold,
        int threads) {
    /** @throws EngineException {@code INVALID_ARGUMENT} for what the engine cannot do, naming the value */
    ComputeSettings {
        offload = Set.copyOf(offload);
        if (threads < 1) {
            throw invalid("threads " + threads + " is not 1 or more");
        }
        DrawingLimits.checkCacheThreshold(cacheThreshold);
        if (performance != PerformanceMode.EXACT && type != ComputeType.BFLOAT16) {
            throw invalid("performance mode " + performance + " computes in bfloat16 (--dtype bf16), not in "
                    + type.nativeName());
        }
    }

    /** See {@link FluxEngine#approximations}. */
    Map<String, String> approximations() {
        return Approximations.of(performance.toString(), cacheThreshold);
    }

    /** Adds what decides about pixels; the defaults add nothing. */
    void addTo(ModelHash hash) {
        if (device.cuda()) {
            hash.text("device", "cuda"); // its last bits are not the CPU's
        }
        if (performance != PerformanceMode.EXACT) {
            hash.text("performance", performance.toString());
        }
        if (cacheThreshold > 0) {
            hash.text("cache", Double.toString(cacheThreshold));
        }
    }

    /** What the user should know of them. */
    Optional<String> warning() {
        return performance != PerformanceMode.FP8 || device.cuda()
                ? Optional.empty()
                : Optional.of("performance mode fp8 is emulated on the CPU: pictures like a GPU's, none of its speed");
    }

    private static EngineException invalid(String message) {
        return new EngineException(ErrorCode.INVALID_ARGUMENT, message);
    }
}

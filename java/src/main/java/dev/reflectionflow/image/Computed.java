package dev.reflectionflow.image;

import dev.reflectionflow.Approximations;
import dev.reflectionflow.Execution;
import java.util.Map;

/**
 * What an engine computed with.
 *
 * @param dtype computing type, such as {@code bf16}
 * @param device such as {@code cpu} or {@code cuda:0}
 * @param performance {@code exact} or an approximate mode, {@code fp8} or {@code int8}
 * @param cacheThreshold from which steps are skipped; 0 where none is
 * @param attention {@code ours} or {@code libtorch}
 * @param skippedSteps of this picture; 0 without a cache of steps
 */
public record Computed(
        String dtype, String device, String performance, double cacheThreshold, String attention, int skippedSteps) {
    /** Where nothing else is said. */
    public static final String CPU = "cpu";
    /** Where nothing else is said. */
    public static final String EXACT = Approximations.EXACT;
    /** Where nothing else is said. */
    public static final String OURS = "ours";

    /** What an engine is set to, before a picture of it. */
    public Computed(String dtype, String device, String performance, double cacheThreshold) {
        this(dtype, device, performance, cacheThreshold, OURS, 0);
    }

    /** Every step in full on the CPU. */
    public static Computed exact(String dtype) {
        return new Computed(dtype, CPU, EXACT, 0);
    }

    /** The same of a picture whose steps were taken so. */
    public Computed with(Execution execution) {
        return new Computed(
                dtype, device, performance, cacheThreshold, execution.attention(), execution.skippedSteps());
    }

    /** Whether another picture comes out than that of every step in full and in the computing type. */
    public boolean approximate() {
        return !approximations().isEmpty();
    }

    /** {@code exact}, or what makes a picture approximate. */
    public String mode() {
        return Approximations.words(approximations());
    }

    private Map<String, String> approximations() {
        return Approximations.of(performance, cacheThreshold);
    }
}

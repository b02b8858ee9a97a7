package dev.reflectionflow.engine;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns a device's "out of memory" into what needed how much, what was left, and which options need less. */
final class DeviceMemory {
    /**
     * Such as {@code decoding an image: no memory for a tensor float32[9] of 64 MiB (cuda:0 has 5 of 24 MiB free)}; an
     * operator of LibTorch's that fails does not say how much it wanted. The C++ tests of tensor and device pin the words.
     */
    private static final Pattern NATIVE = Pattern.compile("(.+?): (?:no memory for a tensor .+ of (\\d{1,15}) MiB|.*)"
            + " \\((cuda:\\d+) has (\\d{1,15}) of (\\d{1,15}) MiB free\\)");

    private static final String SMALLER_RUN =
            "--offload text,vae,modulation, a smaller --width and --height, --batch-size 1 or a smaller --condition-size";

    private static final String SMALLER_IMAGE = "--offload text,modulation or a smaller --width and --height";

    /** What helps against a stage's need, by the words that the native engine has for the stage. */
    private static final Map<String, String> HELP = Map.of(
            "loading the weights",
            "--offload text,vae,modulation, --performance-mode fp8 or int8, or --dtype bf16",
            "making random weights",
            "--dtype bf16 or fewer blocks",
            "encoding a prompt",
            "--offload text,vae,modulation or a smaller --max-sequence-length",
            "encoding a condition image",
            "--offload text,modulation or a smaller --condition-size",
            "preparing a run",
            SMALLER_RUN,
            "a denoising step",
            SMALLER_RUN,
            "decoding a preview",
            SMALLER_IMAGE,
            "decoding an image",
            SMALLER_IMAGE);

    private DeviceMemory() {}

    /** The same error with a message that helps, where it is one of a device's memory; else the error itself. */
    static Throwable explained(Throwable error) {
        if (!(error instanceof EngineException known) || known.code() != ErrorCode.OUT_OF_MEMORY) {
            return error;
        }
        Matcher parts = NATIVE.matcher(known.getMessage());
        if (!parts.matches()) {
            return error;
        }
        String stage = parts.group(1);
        String message = String.format(
                Locale.ROOT,
                "%s needs %s on %s, %s of its %s are free; try %s (doctor --plan shows what fits)",
                stage,
                parts.group(2) == null ? "more memory" : size(parts.group(2)) + " more",
                parts.group(3),
                size(parts.group(4)),
                size(parts.group(5)),
                HELP.getOrDefault(stage, SMALLER_RUN));
        return new EngineException(ErrorCode.OUT_OF_MEMORY, message, known);
    }

    private static String size(String mebibytes) {
        long count = Long.parseLong(mebibytes);
        return count < 1024 ? count + " MiB" : String.format(Locale.ROOT, "%.2f GiB", count / 1024.0);
    }
}

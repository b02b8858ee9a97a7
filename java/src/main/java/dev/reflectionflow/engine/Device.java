package dev.reflectionflow.engine;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the engine computes.
 *
 * @param cuda whether on a CUDA device; nothing takes its place where it cannot be used
 * @param index which one, from 0 to 999; 0 for the CPU
 */
public record Device(boolean cuda, int index) {
    /** The processors, the default. */
    public static final Device CPU = new Device(false, 0);

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    private static final int LAST = 999;

    /** @throws EngineException {@code INVALID_ARGUMENT} for an index that no such device has */
    public Device {
        if (index < 0 || index > (cuda ? LAST : 0)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "device index " + index + " is not " + (cuda ? "from 0 to " + LAST : "0, as the CPU's"));
        }
    }

    /**
     * Reads {@code cpu}, {@code cuda} (the first one) or {@code cuda:N}.
     *
     * @throws EngineException {@code INVALID_ARGUMENT} for anything else
     */
    public static Device of(String text) {
        if (text.equals("cpu")) {
            return CPU;
        }
        Matcher parts = CUDA.matcher(text);
        if (!parts.matches()) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT, "device '" + text + "' is not cpu, cuda or cuda:N such as cuda:1");
        }
        return new Device(true, parts.group(1) == null ? 0 : Integer.parseInt(parts.group(1)));
    }

    /** As {@link #of} reads it, and the native engine. */
    @Override
    public String toString() {
        return cuda ? "cuda:" + index : "cpu";
    }
}

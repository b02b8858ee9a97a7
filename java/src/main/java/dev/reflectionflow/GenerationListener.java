package dev.reflectionflow;

import java.util.List;
import java.util.function.Supplier;

/** Hears how far a batch is; called on the engine's thread, so keep it short and do not wait for the engine. */
public interface GenerationListener {
    /** Hears nothing. */
    GenerationListener NONE = new GenerationListener() {};

    /**
     * A denoising step is done; on a CUDA device it may still be computing, the one before it is not.
     *
     * @param step steps done, from 1
     * @param steps steps in all
     * @param preview decodes the current estimate of the final images, one per request; costs a decode when called, and
     *     may be called during this method only
     * @return false to stop here; the batch then ends with {@link ErrorCode#CANCELLED}
     */
    default boolean onStep(int step, int steps, Supplier<List<RgbImage>> preview) {
        return true;
    }

    /** Something that the caller should know of but that does not stop the work, such as a prompt that was cut. */
    default void onWarning(String warning) {}
}

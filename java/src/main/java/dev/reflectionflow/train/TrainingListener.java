package dev.reflectionflow.train;

/** Follows a run. */
public interface TrainingListener {
    /** Hears nothing and never stops. */
    TrainingListener NONE = new TrainingListener() {};

    /** The run begins, or goes on, after step {@code done} of {@code steps}; -1 where it has no end. */
    default void started(long done, long steps) {}

    /** A step is done. */
    default void stepDone(StepReport report) {}

    /** Something to know. */
    default void note(String line) {}

    /** Whether to stop after this step, with a checkpoint. */
    default boolean isCancelled() {
        return false;
    }
}

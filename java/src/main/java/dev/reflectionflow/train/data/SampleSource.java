package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;

/** Where samples come from, in an order that a seed and a position decide. For one thread. */
public interface SampleSource extends AutoCloseable {
    /**
     * The next samples.
     *
     * @param step optimizer steps taken so far, which the mixture of splits follows
     * @param size samples wanted, 1 or more
     * @return as many as wanted; fewer, in the end none, only where the source ends, which a training source never does
     * @throws EngineException {@code INVALID_FILE} where shards cannot be read or lack what the mixture asks for
     */
    Batch next(long step, int size);

    /** Samples and shards met so far that were damaged; each was reported when it was met, and left out. */
    long damaged();

    /** Ends what it reads from. */
    @Override
    void close();
}

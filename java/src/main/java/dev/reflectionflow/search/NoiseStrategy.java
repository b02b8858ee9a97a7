package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;

/**
 * Where the noise of a round after the first comes from.
 *
 * @param distance from the noise of the image to better, in (0, 1]; 0 for noise that knows nothing of it
 * @param neighbours branches that start from one image's noise, 1 or more
 */
public record NoiseStrategy(double distance, int neighbours) {
    /** Fresh noise for every image. */
    public static final NoiseStrategy RANDOM = new NoiseStrategy(0, 1);

    public NoiseStrategy {
        if (!(distance >= 0 && distance <= 1) || neighbours < 1) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "zero-order search needs a distance in (0, 1] and a neighbour, not " + distance + " and "
                            + neighbours);
        }
    }

    /** Neighbours of the best noise so far, which stays where none of them is better. */
    public static NoiseStrategy zeroOrder(double distance, int neighbours) {
        NoiseStrategy strategy = new NoiseStrategy(distance, neighbours);
        if (strategy.isRandom()) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, "zero-order search needs a distance above 0");
        }
        return strategy;
    }

    /** Whether noise is fresh. */
    public boolean isRandom() {
        return distance == 0;
    }
}

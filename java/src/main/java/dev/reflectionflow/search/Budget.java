package dev.reflectionflow.search;

import dev.reflectionflow.run.JournalRecord;

/**
 * What a search has spent, counted from its first image on, starts before a kill included.
 *
 * @param images drawn
 * @param networkEvaluations steps of the network, summed over the images
 * @param verifierCalls judgements made, failed ones included
 * @param seconds of drawing and judging; judgements made at the same time count each
 */
public record Budget(long images, long networkEvaluations, long verifierCalls, double seconds) {
    /** Nothing yet. */
    public static final Budget NONE = new Budget(0, 0, 0, 0);

    /** The sum of two. */
    public Budget plus(Budget other) {
        return new Budget(
                images + other.images,
                networkEvaluations + other.networkEvaluations,
                verifierCalls + other.verifierCalls,
                seconds + other.seconds);
    }

    /** What one line of the journal cost. */
    static Budget of(JournalRecord item) {
        if (item instanceof JournalRecord.Drawn drawn) {
            boolean copied = drawn.networkEvaluations() == 0;
            return new Budget(copied ? 0 : 1, drawn.networkEvaluations(), 0, drawn.milliseconds() / 1000);
        }
        return new Budget(0, 0, 1, ((JournalRecord.Judged) item).milliseconds() / 1000);
    }
}

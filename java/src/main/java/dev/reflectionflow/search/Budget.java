package dev.reflectionflow.search;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.run.JournalRecord;
import dev.reflectionflow.run.JournalRecord.Advised;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.JournalRecord.Pruned;
import dev.reflectionflow.run.TokenUsage;

/**
 * What a search has spent, counted from its first image on, starts before a kill included.
 *
 * @param images drawn to their end
 * @param networkEvaluations forward passes of the network, summed over the images, those given up included
 * @param savedEvaluations what finishing the images given up would have cost; fresh draws were paid from it
 * @param verifierCalls judgements made, of previews too, failed ones included
 * @param languageModelCalls requests that verifier, reflector and refiner sent to services
 * @param tokens of prompts and answers, as the services count them
 * @param seconds of drawing, judging and advising; what happened at the same time counts each
 */
public record Budget(
        long images,
        long networkEvaluations,
        long savedEvaluations,
        long verifierCalls,
        long languageModelCalls,
        long tokens,
        double seconds) {
    /** Nothing yet. */
    public static final Budget NONE = new Budget(0, 0, 0, 0, 0, 0, 0);

    /** The sum of two. */
    public Budget plus(Budget other) {
        return new Budget(
                images + other.images,
                networkEvaluations + other.networkEvaluations,
                savedEvaluations + other.savedEvaluations,
                verifierCalls + other.verifierCalls,
                languageModelCalls + other.languageModelCalls,
                tokens + other.tokens,
                seconds + other.seconds);
    }

    /** What one line of the journal cost. */
    static Budget of(JournalRecord item) {
        if (item instanceof Drawn line) {
            boolean copied = line.networkEvaluations() == 0;
            return new Budget(copied ? 0 : 1, line.networkEvaluations(), 0, 0, 0, 0, line.milliseconds() / 1000);
        }
        if (item instanceof Judged line) {
            return asked(1, line.usage(), line.milliseconds());
        }
        if (item instanceof Advised line) {
            return asked(0, line.usage(), line.milliseconds());
        }
        if (item instanceof Pruned line) {
            return new Budget(0, line.networkEvaluations(), line.savedEvaluations(), 0, 0, 0, 0)
                    .plus(asked(line.verifierCalls(), line.usage(), line.milliseconds()));
        }
        return NONE;
    }

    private static Budget asked(long verifierCalls, TokenUsage usage, double milliseconds) {
        TokenUsage cost = usage == null ? new TokenUsage(0, 0, 0) : usage;
        long tokens = cost.promptTokens() + cost.completionTokens();
        return new Budget(0, 0, 0, verifierCalls, cost.calls(), tokens, milliseconds / 1000);
    }

    /** Network evaluations of a number of steps of a resolved request; image guidance needs two a step. */
    static long evaluations(GenerationRequest request, int steps) {
        boolean twice = request.condition() != null && request.condition().imageGuidance() != 1;
        return (long) steps * (twice ? 2 : 1);
    }
}

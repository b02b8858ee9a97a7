package dev.reflectionflow.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Candidates that follow one another, each meant to better the head of its time.
 *
 * @param candidates oldest first, at least one
 * @param head the one to better next: the newest, or an earlier one that nothing has beaten
 */
public record Chain(List<Candidate> candidates, Candidate head) {
    public Chain {
        candidates = List.copyOf(candidates);
        if (!candidates.contains(head)) {
            throw new IllegalArgumentException("a chain's head is one of its candidates");
        }
    }

    /** A chain that begins. */
    static Chain of(Candidate first) {
        return new Chain(List.of(first), first);
    }

    /**
     * The chain with one candidate more, which becomes its head.
     *
     * @param keepParent whether a head with a score stays where the next one's is no better
     */
    Chain then(Candidate next, boolean keepParent) {
        List<Candidate> longer = new ArrayList<>(candidates);
        longer.add(next);
        boolean stays = keepParent && head.score().isScored() && !next.isBetterThan(head);
        return new Chain(longer, stays ? head : next);
    }

    /** The chain with newer knowledge of its candidates. */
    Chain with(UnaryOperator<Candidate> newer) {
        return new Chain(candidates.stream().map(newer).toList(), newer.apply(head));
    }
}

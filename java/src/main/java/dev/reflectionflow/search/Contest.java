package dev.reflectionflow.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The chains of a prompt: hands a round's branches to them, and takes in what comes of it. Where chains stay apart there is
 * one for each place from the start; where they compete every candidate heads a chain of its own, and the best get the
 * places.
 */
final class Contest {
    private static final Comparator<Chain> BEST_FIRST = Comparator.comparing(Chain::head, Candidate.BEST_FIRST);

    private final FlowConfig config;
    private final List<Chain> chains = new ArrayList<>();

    /** @param pool the first round's candidates, at least one */
    Contest(FlowConfig config, List<Candidate> pool) {
        this.config = config;
        List<Chain> ranked = pool.stream().map(Chain::of).sorted(BEST_FIRST).toList();
        if (config.selection() == Selection.COMPETE) {
            chains.addAll(ranked);
            return;
        }
        for (int place = 0; place < places(); place++) {
            chains.add(ranked.get(place % ranked.size()));
        }
    }

    /** How many chains are bettered at once: several branches may share one. */
    private int places() {
        int neighbours = config.noise().neighbours();
        return (config.branches() + neighbours - 1) / neighbours;
    }

    /** The chains that have the places now, best first where they compete. */
    List<Chain> standing() {
        return config.selection() == Selection.APART
                ? List.copyOf(chains)
                : chains.stream().sorted(BEST_FIRST).limit(places()).toList();
    }

    /** The chain of each branch of the next round, for the first {@code branches}. */
    List<Chain> slots(int branches) {
        List<Chain> standing = standing();
        List<Chain> slots = new ArrayList<>();
        for (int branch = 0; branch < branches; branch++) {
            slots.add(standing.get(place(branch) % standing.size()));
        }
        return slots;
    }

    /** Takes in a round's candidates, whose branches say which of the {@code slots} they came from. */
    void grow(List<Chain> slots, List<Candidate> round) {
        Set<Chain> bettered = new HashSet<>();
        for (Candidate candidate : round) {
            Chain parent = slots.get(candidate.branch());
            if (config.selection() == Selection.APART) {
                int place = place(candidate.branch());
                chains.set(place, chains.get(place).then(candidate, config.keepParent()));
            } else {
                bettered.add(parent);
                chains.add(parent.then(candidate, false));
            }
        }
        // without a score there is nothing that would speak for keeping an old head before the new ones
        chains.removeIf(chain -> bettered.contains(chain)
                && !(config.keepParent() && chain.head().score().isScored()));
    }

    private int place(int branch) {
        return branch / config.noise().neighbours();
    }
}

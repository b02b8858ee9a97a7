package dev.reflectionflow.search;

import dev.reflectionflow.run.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides after each round whether a prompt goes on, and how much of the next round its limits have room for. */
final class Stopping {
    private final FlowConfig config;

    Stopping(FlowConfig config) {
        this.config = config;
    }

    /** Why the search ends after a round, if it does. */
    Optional<StopReason> after(int round, List<Candidate> candidates, Budget spent) {
        Optional<Candidate> best = candidates.stream().filter(Candidate::counts).min(Candidate.BEST_FIRST);
        StopRules rules = config.stop();
        if (rules.threshold() != null
                && best.filter(one -> one.score().isScored() && one.score().value() >= rules.threshold())
                        .isPresent()) {
            return Optional.of(StopReason.THRESHOLD);
        }
        if (rules.satisfied()
                && candidates.stream()
                        .anyMatch(one -> one.counts() && one.score().satisfied())) {
            return Optional.of(StopReason.SATISFIED);
        }
        if (round == config.rounds() - 1) {
            return Optional.of(StopReason.ROUNDS);
        }
        Optional<StopReason> limit = config.limits().reached(spent);
        if (limit.isPresent()) {
            return limit;
        }
        boolean stale = rules.patience() > 0
                && best.filter(one -> round - one.round() >= rules.patience()).isPresent();
        return stale ? Optional.of(StopReason.NO_GAIN) : Optional.empty();
    }

    /** How many images may be drawn and judged next, at most {@code wanted}. */
    int room(Budget spent, int wanted) {
        Limits limits = config.limits();
        long images = limits.images() == null ? wanted : limits.images() - spent.images();
        long callsEach = config.pruning().isPresent() ? 2 : 1;
        long judged =
                limits.verifierCalls() == null ? wanted : (limits.verifierCalls() - spent.verifierCalls()) / callsEach;
        return (int) Math.max(0, Math.min(wanted, Math.min(images, judged)));
    }

    /** The first of the draws, as many as the network evaluations left allow. */
    List<Draw> affordable(Budget spent, List<Draw> draws) {
        Long limit = config.limits().networkEvaluations();
        List<Draw> affordable = new ArrayList<>();
        long left = limit == null ? Long.MAX_VALUE : limit - spent.networkEvaluations();
        for (Draw draw : draws) {
            left -= draw.evaluations();
            if (left < 0) {
                break;
            }
            affordable.add(draw);
        }
        return affordable;
    }
}

package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.run.Budget;
import dev.reflectionflow.run.JournalRecord.Stopped;
import dev.reflectionflow.search.Advising.Counsel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Searches for one prompt: a pool, then round after round of drawing, judging and advising, until something ends it. */
final class PromptRun {
    private final FlowRun run;
    private final FlowConfig config;
    private final SearchPrompt prompt;
    private final PromptLog log;
    private final SearchRound planner;
    private final Judging judging;
    private final Advising advising;
    private final PrunedRound drawing;
    private final Stopping stopping;
    private final List<Candidate> candidates = new ArrayList<>();

    PromptRun(FlowRun run, SearchPrompt prompt) {
        this.run = run;
        this.prompt = prompt;
        config = run.config();
        log = new PromptLog(run, prompt);
        planner = new SearchRound(run, prompt);
        judging = new Judging(run, prompt, log);
        advising = new Advising(run, prompt, log);
        stopping = new Stopping(config);
        drawing = new PrunedRound(run, prompt, log, judging, planner, stopping);
    }

    /** The result, with everything of it on the disk. */
    PromptResult search() {
        run.listener().promptStarted(prompt, config.images());
        run.folder().startPrompt(prompt.index(), prompt.metadata());
        begin();
        Contest contest = new Contest(config, candidates);
        Optional<StopReason> reason = stopping.after(0, candidates, log.spent());
        for (int round = 1; reason.isEmpty(); round++) {
            List<Chain> slots = contest.slots(stopping.room(log.spent(), config.branches()));
            List<Draw> draws = stopping.affordable(log.spent(), plan(round, slots));
            if (draws.isEmpty()) {
                reason = Optional.of(slots.isEmpty() ? StopReason.VERIFIER_CALLS : StopReason.NETWORK_EVALUATIONS);
            } else {
                contest.grow(slots, pass(draws));
                reason = stopping.after(round, candidates, log.spent());
            }
        }
        return finish(contest, reason.get());
    }

    /** The pool: drawn, or taken from an earlier run, whose seeds are not used again. */
    private void begin() {
        if (prompt.start().isEmpty()) {
            pass(pool());
            return;
        }
        int given = prompt.start().size();
        Long calls = config.limits().verifierCalls();
        if (config.poolCounts() && calls != null && calls < given) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    given + " images to start from cannot all be judged with " + calls + " verifier calls");
        }
        planner.skip(given);
        candidates.addAll(judging.judge(new GivenPool(run, prompt, log).take()));
    }

    private List<Draw> pool() {
        if (!config.poolCounts()) {
            return planner.pool(config.pool());
        }
        List<Draw> draws = stopping.affordable(Budget.NONE, planner.pool(stopping.room(Budget.NONE, config.pool())));
        if (draws.isEmpty()) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, "the limits leave no room for a single image");
        }
        return draws;
    }

    private List<Draw> plan(int round, List<Chain> slots) {
        List<Candidate> heads = slots.stream().map(Chain::head).toList();
        Map<Integer, RgbImage> read = new HashMap<>();
        Function<Candidate, RgbImage> pixels =
                head -> read.computeIfAbsent(head.image(), any -> run.codec().decode(head.file()));
        Map<Integer, Counsel> counsel = advising.on(heads, pixels);
        return planner.next(round, slots, head -> counsel.get(head.image()), pixels);
    }

    /** Draws and judges. */
    private List<Candidate> pass(List<Draw> draws) {
        if (run.listener().isCancelled()) {
            throw new EngineException(ErrorCode.CANCELLED, "the search was stopped");
        }
        List<Candidate> fresh = judging.judge(drawing.draw(draws, candidates.size()));
        candidates.addAll(fresh);
        return fresh;
    }

    private PromptResult finish(Contest contest, StopReason reason) {
        List<Candidate> newest = judging.again(candidates);
        PromptResult result = new PromptResult(
                prompt,
                newest,
                contest.standing().stream()
                        .map(chain -> chain.with(one -> newest.get(one.image())))
                        .toList(),
                reason,
                log.total(true),
                log.total(false),
                log.failedAdvice());
        for (int budget : budgets()) {
            run.folder().keepBest(budget, prompt.index(), result.bestOf(budget).drawn());
        }
        if (log.answers().stopped(prompt.index()).isEmpty()) {
            log.keep(new Stopped(prompt.index(), reason.word()));
        }
        run.listener().promptDone(result);
        return result;
    }

    /** 1, 2, 4 ... and all; those of every prompt, so that each budget's folder is whole where a prompt ended early. */
    private List<Integer> budgets() {
        List<Integer> budgets = new ArrayList<>();
        for (int budget = 1; budget < config.candidates(); budget *= 2) {
            budgets.add(budget);
        }
        budgets.add(config.candidates());
        return budgets;
    }
}

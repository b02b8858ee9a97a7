package dev.reflectionflow.search;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.Pruning;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.feedback.Usage;
import dev.reflectionflow.run.JournalRecord.Pruned;
import dev.reflectionflow.search.Services.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Draws a round whose worst images are given up half-way, and spends what that saves on fresh noise in their places. */
final class PrunedRound {
    private final FlowRun run;
    private final SearchPrompt prompt;
    private final PromptLog log;
    private final Judging judging;
    private final RoundDrawing drawing;
    private final SearchRound planner;
    private final Stopping stopping;
    /** Evaluations saved so far in this prompt that did not make up a whole image yet. */
    private long saved;

    PrunedRound(
            FlowRun run, SearchPrompt prompt, PromptLog log, Judging judging, SearchRound planner, Stopping stopping) {
        this.run = run;
        this.prompt = prompt;
        this.log = log;
        this.judging = judging;
        this.planner = planner;
        this.stopping = stopping;
        drawing = new RoundDrawing(run, prompt, log);
    }

    /** The images that the round ends with; {@code first} is the place of the first in the prompt's drawing order. */
    List<Picture> draw(List<Draw> draws, int first) {
        int dropped = run.config()
                .pruning()
                .map(pruning -> pruning.dropped(draws.size()))
                .orElse(0);
        if (dropped == 0) {
            return drawing.draw(draws, first);
        }
        Map<String, GeneratedImage> fresh = new LinkedHashMap<>();
        int round = draws.get(0).round();
        // a start that was killed after the choice finishes what was chosen
        Optional<Pruned> before = log.answers().pruned(prompt.index(), round);
        Pruned choice = before.orElseGet(() -> prune(draws, dropped, fresh));
        log.use(choice);
        Set<String> gone = Set.copyOf(choice.dropped());
        List<Draw> kept =
                draws.stream().filter(draw -> !gone.contains(draw.key())).toList();
        List<Picture> pictures =
                new ArrayList<>(before.isPresent() ? drawing.draw(kept, first) : drawing.keep(kept, first, fresh));
        saved += choice.savedEvaluations();
        List<Draw> again = new ArrayList<>();
        for (Draw draw : draws) {
            if (gone.contains(draw.key()) && saved >= draw.evaluations()) {
                saved -= draw.evaluations();
                again.add(planner.again(draw));
            }
        }
        // what earlier rounds saved has gone into the draws of this one where a limit is near
        pictures.addAll(drawing.draw(stopping.affordable(log.spent(), again), first + pictures.size()));
        return pictures;
    }

    private Pruned prune(List<Draw> draws, int dropped, Map<String, GeneratedImage> fresh) {
        RoundProgress progress = new RoundProgress(run, prompt, draws);
        Pruned[] choice = new Pruned[1];
        Pruning pruning = new Pruning(run.config().pruning().orElseThrow().step(), previews -> {
            Set<Integer> worst = new HashSet<>();
            choice[0] = choose(draws, previews, dropped, progress.milliseconds(), worst);
            return IntStream.range(0, draws.size())
                    .filter(i -> !worst.contains(i))
                    .boxed()
                    .collect(Collectors.toSet());
        });
        List<Optional<GeneratedImage>> images =
                run.generator().generate(draws.stream().map(Draw::request).toList(), progress, pruning);
        for (int i = 0; i < draws.size(); i++) {
            String key = draws.get(i).key();
            images.get(i).ifPresent(image -> fresh.put(key, image));
        }
        return choice[0];
    }

    /** Looks at the previews and writes down which images go: those without a score first, then the lowest. */
    private Pruned choose(
            List<Draw> draws, List<RgbImage> previews, int dropped, double drawingMs, Set<Integer> worst) {
        List<Answer<Score>> scores = judging.previews(previews);
        boolean blind = scores.stream().noneMatch(answer -> answer.value().isScored());
        Comparator<Integer> best = Comparator.comparing(i -> scores.get(i).value(), Score.BEST_FIRST);
        IntStream.range(0, draws.size())
                .boxed()
                .sorted(best)
                .skip(blind ? draws.size() : draws.size() - dropped)
                .forEach(worst::add);
        int step = run.config().pruning().orElseThrow().step();
        List<Draw> gone = worst.stream().sorted().map(draws::get).toList();
        long spent = gone.stream().mapToLong(draw -> draw.evaluations(step)).sum();
        Pruned line = new Pruned(
                prompt.index(),
                draws.get(0).round(),
                step,
                gone.stream().map(Draw::key).toList(),
                spent,
                gone.stream().mapToLong(Draw::evaluations).sum() - spent,
                scores.size(),
                Lines.usage(
                        scores.stream().map(answer -> answer.value().usage()).reduce(Usage.NONE, Usage::plus)),
                drawingMs * gone.size() / draws.size()
                        + scores.stream().mapToDouble(Answer::milliseconds).sum());
        log.keep(line);
        return line;
    }
}

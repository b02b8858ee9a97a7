package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.ImageGenerator;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.feedback.Usage;
import dev.reflectionflow.feedback.Verifier;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.RunFolder;
import dev.reflectionflow.search.SearchRound.DrawnBranch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Noise-level search: for each prompt rounds x branches candidates, each judged once. A search that was killed goes on
 * where it was when it is run again with the same values and folder, and ends with the same files.
 */
public final class Search {
    private final SearchConfig config;
    private final ImageGenerator generator;
    private final Verifier verifier;
    private final ImageCodec codec;

    public Search(SearchConfig config, ImageGenerator generator, Verifier verifier, ImageCodec codec) {
        this.config = config;
        this.generator = generator;
        this.verifier = verifier;
        this.codec = codec;
    }

    /**
     * Searches for every prompt and writes the run.
     *
     * @param directory see {@link RunFolder}; made if it is not there
     * @throws EngineException {@code SERVICE} before the first image where the verifier cannot work at all; whatever
     *     {@link ImageGenerator#generate} and {@link RunFolder#open} throw
     */
    public SearchResult run(List<SearchPrompt> prompts, Path directory, SearchListener listener) {
        return run(prompts, values -> RunFolder.open(directory, values), listener);
    }

    SearchResult run(
            List<SearchPrompt> prompts, Function<Map<String, Object>, RunFolder> opener, SearchListener listener) {
        if (prompts.isEmpty()) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, "a search needs a prompt");
        }
        String modelHash = generator.modelHash();
        List<PromptResult> results = new ArrayList<>();
        try (RunFolder folder = opener.apply(resolved(prompts.get(0), modelHash));
                Judging judging = new Judging(verifier)) {
            verifier.checkReady();
            SearchRound round = new SearchRound(generator, modelHash, folder, codec, listener);
            for (SearchPrompt prompt : prompts) {
                results.add(search(prompt, round, folder, judging, listener));
            }
        }
        return new SearchResult(results);
    }

    /** Everything that decides the run's images and scores, but for the prompts, which stand in their own folders. */
    private Map<String, Object> resolved(SearchPrompt first, String modelHash) {
        GenerationRequest request = generator.resolve(config.request(first, 0));
        Map<String, Object> resolved = new LinkedHashMap<>();
        resolved.put("format", 1);
        resolved.put("strategy", "noise");
        resolved.put("rounds", config.rounds());
        resolved.put("branches", config.branches());
        resolved.put("seed", config.seed());
        resolved.put("width", request.width());
        resolved.put("height", request.height());
        resolved.put("steps", request.steps());
        resolved.put("guidance", request.guidance());
        resolved.put("max_sequence_length", request.maxSequenceLength());
        resolved.put("model_hash", modelHash);
        resolved.put("verifier", verifier.description());
        resolved.values().removeIf(java.util.Objects::isNull);
        return resolved;
    }

    private PromptResult search(
            SearchPrompt prompt, SearchRound round, RunFolder folder, Judging judging, SearchListener listener) {
        listener.promptStarted(prompt, config.candidates());
        folder.startPrompt(prompt.index(), prompt.metadata());
        List<Candidate> candidates = new ArrayList<>();
        for (int number = 0; number < config.rounds(); number++) {
            if (listener.isCancelled()) {
                throw new EngineException(ErrorCode.CANCELLED, "the search was stopped");
            }
            List<DrawnBranch> drawn = round.draw(prompt, round.plan(config, prompt, number));
            candidates.addAll(judge(prompt, drawn, folder, judging, listener));
        }
        PromptResult result = new PromptResult(prompt, candidates, spent(prompt, folder));
        listener.promptDone(result);
        return result;
    }

    private List<Candidate> judge(
            SearchPrompt prompt, List<DrawnBranch> drawn, RunFolder folder, Judging judging, SearchListener listener) {
        List<Optional<Future<Judging.Verdict>>> verdicts = new ArrayList<>();
        for (DrawnBranch branch : drawn) {
            boolean known = folder.judged(branch.item())
                    .filter(item -> !score(item).isFailure())
                    .isPresent();
            verdicts.add(known ? Optional.empty() : Optional.of(judging.ask(branch.pixels(), prompt)));
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < drawn.size(); i++) {
            Drawn item = drawn.get(i).item();
            verdicts.get(i).map(Judging::await).ifPresent(verdict -> folder.keep(judged(item, verdict)));
            Candidate candidate =
                    candidate(item, score(folder.judged(item).orElseThrow()), folder.resolve(item.file()));
            listener.candidateDone(
                    candidate, drawn.get(i).resumed() && verdicts.get(i).isEmpty());
            candidates.add(candidate);
        }
        return candidates;
    }

    private static Candidate candidate(Drawn item, Score score, Path file) {
        return new Candidate(
                item.key(),
                item.promptIndex(),
                item.image(),
                item.round(),
                item.branch(),
                Optional.ofNullable(item.parent()),
                item.request(),
                file,
                item.sha256(),
                score);
    }

    private Judged judged(Drawn item, Judging.Verdict verdict) {
        Score score = verdict.score();
        return new Judged(
                item.promptIndex(),
                item.image(),
                item.sha256(),
                verifier.name(),
                score.status().name().toLowerCase(Locale.ROOT),
                score.isScored() ? score.value() : null,
                score.details(),
                score.explanation(),
                verdict.milliseconds());
    }

    private static Score score(Judged item) {
        Score.Status status = Score.Status.valueOf(item.status().toUpperCase(Locale.ROOT));
        double value = item.score() == null ? 0 : item.score();
        return new Score(status, value, item.details(), item.explanation(), false, Usage.NONE);
    }

    private static Budget spent(SearchPrompt prompt, RunFolder folder) {
        return folder.records().stream()
                .filter(item -> item.promptIndex() == prompt.index())
                .map(Budget::of)
                .reduce(Budget.NONE, Budget::plus);
    }
}

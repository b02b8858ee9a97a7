package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.feedback.Verifier;
import dev.reflectionflow.run.GenEvalFolder;
import dev.reflectionflow.run.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.IntStream;

/** Makes one {@code filter} and tells of it. */
final class FilterRun {
    private final Console console;
    private final Verifier verifier;
    private final Path output;
    private final FilterScores scores;
    private final Map<Path, String> hashes = new HashMap<>();

    FilterRun(Console console, Verifier verifier, Path output) {
        this.console = console;
        this.verifier = verifier;
        this.output = output;
        try {
            Files.createDirectories(output);
        } catch (IOException e) {
            throw EngineException.invalidFile(output, "cannot be written", e);
        }
        scores = new FilterScores(output.resolve("scores.jsonl"), verifier.description());
    }

    /** The exit code: 0, or 6 where images stayed without a score. */
    int run(FilterSource source, SortedSet<Integer> budgets) {
        List<FilterSource.Images> prompts = source.prompts();
        source.run().ifPresent(scores::takeOver);
        judge(prompts);
        for (int budget : budgets) {
            choose(prompts, budget);
        }
        long unscored = prompts.stream()
                .flatMap(prompt -> prompt.images().stream().map(image -> score(prompt, image)))
                .filter(Score::isFailure)
                .count();
        if (unscored == 0) {
            return 0;
        }
        console.note(unscored + " images stayed unscored; the same command asks for their scores again");
        return ErrorCode.UNSCORED.exitCode();
    }

    private void judge(List<FilterSource.Images> prompts) {
        Map<FilterScores.Key, ScoreImages.Question> open = new LinkedHashMap<>();
        int images = 0;
        for (FilterSource.Images prompt : prompts) {
            images += prompt.images().size();
            for (Path image : prompt.images()) {
                FilterScores.Key key = key(prompt, image);
                if (scores.of(key).isEmpty()) {
                    open.putIfAbsent(
                            key,
                            new ScoreImages.Question(
                                    image,
                                    prompt.prompt().text(),
                                    prompt.prompt().metadata()));
                }
            }
        }
        console.note(open.size() + " of " + images + " images are to be judged, the others' scores are known");
        if (open.isEmpty()) {
            return;
        }
        verifier.checkReady();
        int[] done = {0};
        List<FilterScores.Key> keys = List.copyOf(open.keySet());
        ScoreImages.judge(verifier, List.copyOf(open.values()), (question, score) -> {
            scores.keep(keys.get(done[0]++), score);
            console.progress("judged " + done[0] + " of " + keys.size());
        });
        console.clear();
    }

    private void choose(List<FilterSource.Images> prompts, int budget) {
        Path directory = output.resolve(String.valueOf(budget));
        GenEvalFolder folder = new GenEvalFolder(directory);
        for (FilterSource.Images prompt : prompts) {
            folder.put(prompt.folder(), prompt.metadata(), best(prompt, budget));
        }
        console.result(directory.toString());
        IntStream counts =
                prompts.stream().mapToInt(prompt -> prompt.images().size()).filter(count -> count < budget);
        int[] fewer = counts.toArray();
        if (fewer.length > 0) {
            console.note(fewer.length + " of " + prompts.size() + " prompts have fewer than " + budget
                    + " images, one of them " + IntStream.of(fewer).min().getAsInt() + ": " + directory
                    + " holds the best of what there is");
        }
        prompts.stream()
                .map(prompt -> score(prompt, best(prompt, budget)))
                .filter(Score::isScored)
                .mapToDouble(Score::value)
                .average()
                .ifPresent(mean -> console.note(String.format(
                        Locale.ROOT, "best of %d: mean score %.3f over %d prompts", budget, mean, prompts.size())));
    }

    private Path best(FilterSource.Images prompt, int budget) {
        return prompt.images().stream()
                .limit(budget)
                .min(Comparator.comparing(image -> score(prompt, image), Score.BEST_FIRST))
                .orElseThrow();
    }

    private Score score(FilterSource.Images prompt, Path image) {
        return scores.of(key(prompt, image)).orElseThrow();
    }

    private FilterScores.Key key(FilterSource.Images prompt, Path image) {
        String sha256 = hashes.computeIfAbsent(image, FilterRun::hash);
        return new FilterScores.Key(sha256, prompt.prompt().text());
    }

    private static String hash(Path image) {
        try {
            return Hashes.sha256(Files.readAllBytes(image));
        } catch (IOException e) {
            throw EngineException.invalidFile(image, "cannot be read", e);
        }
    }
}

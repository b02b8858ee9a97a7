package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.run.RecordedRun;
import dev.reflectionflow.search.PromptSource;
import dev.reflectionflow.search.SearchPrompt;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the images of prompts in drawing order: of a run of ours as its journal says, else by their names. */
final class FilterSource {
    private static final Pattern ROUND_AND_SEED = Pattern.compile("(\\d{1,9})_round@(.*)\\.png");
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,18})\\.png");

    private final Path directory;
    private final Optional<RecordedRun> run;

    /**
     * Looks at a folder.
     *
     * @throws EngineException {@code INVALID_FILE} where a run's files are damaged
     */
    FilterSource(Path directory) {
        this.directory = directory;
        run = RecordedRun.isIn(directory) ? Optional.of(RecordedRun.read(directory)) : Optional.empty();
    }

    /**
     * A prompt and its images.
     *
     * @param folder its name, in digits
     * @param metadata the file with its row
     * @param images in drawing order
     */
    record Images(String folder, Path metadata, SearchPrompt prompt, List<Path> images) {}

    /** The run, where the folder holds one of ours. */
    Optional<RecordedRun> run() {
        return run;
    }

    /**
     * The prompts that have an image, by their numbers.
     *
     * @throws EngineException {@code INVALID_FILE} where there is none, or a prompt's row is missing
     */
    List<Images> prompts() {
        List<Images> prompts = new ArrayList<>();
        for (Path folder : listed(directory, "*")) {
            String name = folder.getFileName().toString();
            List<Path> images = name.matches("\\d{1,9}") ? images(folder, Integer.parseInt(name)) : List.of();
            if (!images.isEmpty()) {
                Path metadata = folder.resolve("metadata.jsonl");
                prompts.add(
                        new Images(name, metadata, PromptSource.read(metadata).get(0), images));
            }
        }
        if (prompts.isEmpty()) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE,
                    directory + ": no images of prompts, neither in 00000/samples nor in 00000/midimg and so on");
        }
        prompts.sort(Comparator.comparingInt(prompt -> Integer.parseInt(prompt.folder())));
        return prompts;
    }

    private List<Path> images(Path folder, int index) {
        if (run.isPresent()) {
            return run.get().records().images(index).stream()
                    .filter(run.get()::counts)
                    .map(run.get()::file)
                    .toList();
        }
        List<Path> images = new ArrayList<>();
        for (String kind : List.of("samples", "midimg")) {
            List<Path> files = listed(folder.resolve(kind), "*.png");
            files.sort(Comparator.comparing(file -> file.getFileName().toString(), FilterSource::compare));
            images.addAll(files);
        }
        return images;
    }

    /** As released: by round as a number, then by seed as a text; plain numbers by value, other names as texts, after. */
    static int compare(String one, String other) {
        return Comparator.comparingInt(
                        (String name) -> ROUND_AND_SEED.matcher(name).matches()
                                ? 0
                                : NUMBER.matcher(name).matches() ? 1 : 2)
                .thenComparingLong(FilterSource::number)
                .thenComparing(name -> {
                    Matcher named = ROUND_AND_SEED.matcher(name);
                    return named.matches() ? named.group(2) : name;
                })
                .compare(one, other);
    }

    private static long number(String name) {
        for (Pattern pattern : List.of(ROUND_AND_SEED, NUMBER)) {
            Matcher matcher = pattern.matcher(name);
            if (matcher.matches()) {
                return Long.parseLong(matcher.group(1));
            }
        }
        return 0;
    }

    private static List<Path> listed(Path folder, String glob) {
        List<Path> entries = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
                files.forEach(entries::add);
            } catch (IOException e) {
                throw EngineException.invalidFile(folder, "cannot be read", e);
            }
        }
        return entries;
    }
}

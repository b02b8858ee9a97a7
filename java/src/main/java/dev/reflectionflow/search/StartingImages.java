package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.run.RunLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The images of an earlier run, to start from: a folder of GenEval's layout as this program or the released scripts write
 * it, a numbered folder for each prompt with {@code metadata.jsonl} and {@code samples/*.png}.
 */
public final class StartingImages {
    private static final Pattern NUMBERED = Pattern.compile("\\d{1,9}");
    private static final Pattern LEADING_NUMBER = Pattern.compile("(\\d{1,9}).*");

    private StartingImages() {}

    /**
     * The run's own prompts, whose rows are the numbers of their folders.
     *
     * @throws EngineException {@code INVALID_FILE} where there is none
     */
    public static List<SearchPrompt> prompts(Path run) {
        List<SearchPrompt> prompts = new ArrayList<>();
        for (Path folder : entries(run)) {
            Path row = folder.resolve("metadata.jsonl");
            String name = folder.getFileName().toString();
            if (NUMBERED.matcher(name).matches() && Files.isRegularFile(row)) {
                SearchPrompt first = PromptSource.read(row).get(0);
                prompts.add(new SearchPrompt(Integer.parseInt(name), first.text(), first.metadata()));
            }
        }
        if (prompts.isEmpty()) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE, run + ": holds no run, no numbered folder with a metadata.jsonl");
        }
        prompts.sort(Comparator.comparingInt(SearchPrompt::index));
        return prompts;
    }

    /**
     * The prompts with the samples that the run has of them, in drawing order.
     *
     * @throws EngineException {@code INVALID_FILE} where it has none of a prompt, or its row is about another one
     */
    public static List<SearchPrompt> of(Path run, List<SearchPrompt> prompts) {
        return prompts.stream().map(prompt -> prompt.from(images(run, prompt))).toList();
    }

    private static List<Path> images(Path run, SearchPrompt prompt) {
        Path row = run.resolve(RunLayout.metadata(prompt.index()));
        String there = PromptSource.read(row).get(0).text();
        if (!there.equals(prompt.text())) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE, row + " is about \"" + there + "\", not \"" + prompt.text() + "\"");
        }
        Path samples = run.resolve(RunLayout.prompt(prompt.index())).resolve("samples");
        List<Path> images = entries(samples).stream()
                .filter(file -> file.toString().endsWith(".png"))
                .sorted(Comparator.comparingInt(StartingImages::number).thenComparing(Path::compareTo))
                .toList();
        if (images.isEmpty()) {
            throw new EngineException(ErrorCode.INVALID_FILE, samples + ": holds no PNG to start from");
        }
        return images;
    }

    /** The released scripts begin a name with its round, without leading zeros. */
    private static int number(Path file) {
        Matcher name = LEADING_NUMBER.matcher(file.getFileName().toString());
        return name.matches() ? Integer.parseInt(name.group(1)) : Integer.MAX_VALUE;
    }

    private static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw EngineException.invalidFile(folder, "cannot be listed", e);
        }
    }
}

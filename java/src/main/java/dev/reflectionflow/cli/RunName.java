package dev.reflectionflow.cli;

import java.nio.file.Path;
import java.util.Locale;

/** Names the folder of a run after what it searches for, so that the same command finds it again. */
final class RunName {
    private static final Path ROOT = Path.of("out");
    private static final int LONGEST = 60;

    private RunName() {}

    /** {@code out/a-red-circle} for a prompt, {@code out/geneval} for a file {@code geneval.jsonl}. */
    static Path of(String prompt, Path promptFile) {
        String text =
                prompt != null ? prompt : promptFile.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        String words = text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
        String cut = words.substring(
                0, words.offsetByCodePoints(0, Math.min(LONGEST, words.codePointCount(0, words.length()))));
        String name = cut.replaceAll("^-+|-+$", "");
        return ROOT.resolve(name.isEmpty() ? "search" : name);
    }
}

package dev.reflectionflow.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run left on the disk. */
public final class RunFiles {
    private static final Pattern PROMPT = Pattern.compile("\"prompt_index\":(\\d+)");

    private RunFiles() {}

    /**
     * Every file with its content; the journal's timings are left out, and so is the lock. Prompts that are worked at
     * together mix their lines as the clock wills: the journal is compared prompt by prompt.
     */
    public static Map<String, String> of(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(path, StandardCharsets.ISO_8859_1);
                files.put(directory.relativize(path).toString(), text.replaceAll("\"milliseconds\":[-+.\\dE]+", ""));
            }
        }
        files.remove(".lock");
        files.computeIfPresent("journal.jsonl", (name, text) -> byPrompt(text));
        return files;
    }

    private static String byPrompt(String journal) {
        return journal.lines().sorted(Comparator.comparingInt(RunFiles::prompt)).collect(Collectors.joining("\n"));
    }

    private static int prompt(String line) {
        Matcher matcher = PROMPT.matcher(line);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }
}

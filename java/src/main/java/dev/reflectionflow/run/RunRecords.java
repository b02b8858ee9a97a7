package dev.reflectionflow.run;

import dev.reflectionflow.run.JournalRecord.Advised;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.JournalRecord.Pruned;
import dev.reflectionflow.run.JournalRecord.Stopped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the lines of the journal by what they are about; thread-safe. Answers are copies as of the moment. */
public final class RunRecords {
    private final Map<Integer, List<JournalRecord>> byPrompt = new HashMap<>();
    private final Map<List<Integer>, Drawn> drawn = new HashMap<>();
    private final Map<String, Drawn> byKey = new HashMap<>();
    private final Map<List<Object>, List<Judged>> judged = new HashMap<>();
    private final Map<List<Object>, Advised> advised = new HashMap<>();
    private final Map<List<Integer>, Pruned> pruned = new HashMap<>();
    private final Map<Integer, Stopped> stopped = new HashMap<>();

    RunRecords() {}

    synchronized void add(JournalRecord item) {
        byPrompt.computeIfAbsent(item.promptIndex(), any -> new ArrayList<>()).add(item);
        if (item instanceof Drawn image) {
            drawn.put(List.of(image.promptIndex(), image.image()), image);
            byKey.put(image.key(), image);
        } else if (item instanceof Judged line) {
            judged.computeIfAbsent(List.of(line.promptIndex(), line.sha256()), any -> new ArrayList<>())
                    .add(line);
        } else if (item instanceof Advised line) {
            advised.putIfAbsent(List.of(line.promptIndex(), line.sha256(), line.role()), line);
        } else if (item instanceof Pruned line) {
            pruned.putIfAbsent(List.of(line.promptIndex(), line.round()), line);
        } else if (item instanceof Stopped line) {
            stopped.putIfAbsent(line.promptIndex(), line);
        }
    }

    /** The rows of all prompts that have a line, ascending. */
    public synchronized List<Integer> promptIndexes() {
        return byPrompt.keySet().stream().sorted().toList();
    }

    /** The newest image at each place of a prompt, in drawing order. */
    public synchronized List<Drawn> images(int promptIndex) {
        return drawn.values().stream()
                .filter(image -> image.promptIndex() == promptIndex)
                .sorted(Comparator.comparingInt(Drawn::image))
                .toList();
    }

    /** Every line about a prompt, oldest first. */
    public synchronized List<JournalRecord> records(int promptIndex) {
        return List.copyOf(byPrompt.getOrDefault(promptIndex, List.of()));
    }

    /** The newest image at a place, whether its file is still there or not. */
    public synchronized Optional<Drawn> drawn(int promptIndex, int image) {
        return Optional.ofNullable(drawn.get(List.of(promptIndex, image)));
    }

    /** The newest image of a request, see {@link RequestRecord#key}, whether its file is still there or not. */
    public synchronized Optional<Drawn> drawn(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** Every judgement of these very bytes for this prompt, oldest first. */
    public synchronized List<Judged> judged(Drawn image) {
        return List.copyOf(judged.getOrDefault(List.of(image.promptIndex(), image.sha256()), List.of()));
    }

    /** The first advice in a role on these very bytes for this prompt. */
    public synchronized Optional<Advised> advised(Drawn image, String role) {
        return Optional.ofNullable(advised.get(List.of(image.promptIndex(), image.sha256(), role)));
    }

    /** What was given up in a round. */
    public synchronized Optional<Pruned> pruned(int promptIndex, int round) {
        return Optional.ofNullable(pruned.get(List.of(promptIndex, round)));
    }

    /** Why a prompt ended, if it did. */
    public synchronized Optional<Stopped> stopped(int promptIndex) {
        return Optional.ofNullable(stopped.get(promptIndex));
    }
}

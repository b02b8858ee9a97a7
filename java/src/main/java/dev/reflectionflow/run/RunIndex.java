package dev.reflectionflow.run;

import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the newest line of the journal about an image, by its place or by its key. */
final class RunIndex {
    private final Map<List<Integer>, Drawn> drawn = new HashMap<>();
    private final Map<List<Integer>, Judged> judged = new HashMap<>();
    private final Map<String, Drawn> byKey = new HashMap<>();

    void add(JournalRecord item) {
        if (item instanceof Drawn image) {
            drawn.put(List.of(image.promptIndex(), image.image()), image);
            byKey.put(image.key(), image);
        } else if (item instanceof Judged judgement) {
            judged.put(List.of(judgement.promptIndex(), judgement.image()), judgement);
        }
    }

    Optional<Drawn> drawn(int promptIndex, int image) {
        return Optional.ofNullable(drawn.get(List.of(promptIndex, image)));
    }

    Optional<Drawn> drawn(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    Optional<Judged> judged(int promptIndex, int image) {
        return Optional.ofNullable(judged.get(List.of(promptIndex, image)));
    }
}

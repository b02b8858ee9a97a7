package dev.reflectionflow.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One line of the journal. A later line about the same image or judgement replaces an earlier one. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = JournalRecord.Drawn.class, name = "image"),
    @JsonSubTypes.Type(value = JournalRecord.Judged.class, name = "score"),
    @JsonSubTypes.Type(value = JournalRecord.Advised.class, name = "advice"),
    @JsonSubTypes.Type(value = JournalRecord.Pruned.class, name = "pruning"),
    @JsonSubTypes.Type(value = JournalRecord.Stopped.class, name = "stop")
})
public sealed interface JournalRecord {
    /** The prompt's row. */
    int promptIndex();

    /**
     * An image is on the disk.
     *
     * @param key see {@link RequestRecord#key}
     * @param promptIndex the prompt's row
     * @param image the image's place in the prompt's drawing order
     * @param round from 0
     * @param branch from 0
     * @param parent {@code key} of the image whose pixels, noise or refined prompt went into this one, or null
     * @param texts what it was drawn from, or null for the user's own prompt and no reflection
     * @param file relative to the run's folder, with slashes
     * @param sha256 of the file
     * @param request with every default filled in
     * @param modelHash of the model that drew it
     * @param networkEvaluations what it cost; 0 for a copy of an identical image
     * @param milliseconds what it cost: its share of the batch's wall clock
     */
    record Drawn(
            String key,
            int promptIndex,
            int image,
            int round,
            int branch,
            String parent,
            Texts texts,
            String file,
            String sha256,
            RequestRecord request,
            String modelHash,
            long networkEvaluations,
            double milliseconds)
            implements JournalRecord {}

    /**
     * The words behind an image.
     *
     * @param prompt the current prompt, as a refiner left it
     * @param reflection what was to change, empty for none
     */
    record Texts(String prompt, String reflection) {}

    /**
     * A verifier has spoken, or failed to.
     *
     * @param promptIndex the prompt's row
     * @param image the image's place in the prompt's drawing order
     * @param sha256 of the image file that was judged
     * @param verifier its name
     * @param status "scored", "abstained" or "unscored"
     * @param score the verdict, or null without one
     * @param details parts of the verdict
     * @param explanation of the verdict or of its absence
     * @param satisfied whether every requirement is met
     * @param usage what it cost, or null where no service was asked
     * @param milliseconds wall clock of the call
     */
    record Judged(
            int promptIndex,
            int image,
            String sha256,
            String verifier,
            String status,
            Double score,
            Map<String, Double> details,
            String explanation,
            boolean satisfied,
            TokenUsage usage,
            double milliseconds)
            implements JournalRecord {
        public Judged {
            details = Collections.unmodifiableMap(new LinkedHashMap<>(details == null ? Map.of() : details));
        }
    }

    /**
     * A reflector or refiner has spoken of an image, or failed to.
     *
     * @param promptIndex the prompt's row
     * @param image the image's place in the prompt's drawing order
     * @param sha256 of the image file that was looked at
     * @param role "reflection" or "refinement"
     * @param adviser its name
     * @param status "given", "none" or "failed"
     * @param text the reflection or the refined prompt; empty unless given
     * @param explanation why there is none, or a remark
     * @param usage what it cost, or null where no service was asked
     * @param milliseconds wall clock of the call
     */
    record Advised(
            int promptIndex,
            int image,
            String sha256,
            String role,
            String adviser,
            String status,
            String text,
            String explanation,
            TokenUsage usage,
            double milliseconds)
            implements JournalRecord {}

    /**
     * Half-drawn images of a round were given up.
     *
     * @param promptIndex the prompt's row
     * @param round from 0
     * @param step steps that all images of the round had made
     * @param dropped keys of the images that were given up; empty where none was
     * @param networkEvaluations what those had cost
     * @param savedEvaluations what finishing them would have cost
     * @param verifierCalls previews looked at
     * @param usage what that cost, or null where no service was asked
     * @param milliseconds of drawing what was given up and of looking at the previews
     */
    record Pruned(
            int promptIndex,
            int round,
            int step,
            List<String> dropped,
            long networkEvaluations,
            long savedEvaluations,
            long verifierCalls,
            TokenUsage usage,
            double milliseconds)
            implements JournalRecord {
        public Pruned {
            dropped = List.copyOf(dropped);
        }
    }

    /**
     * A prompt is done.
     *
     * @param promptIndex the prompt's row
     * @param reason in a word, such as "rounds" or "satisfied"
     */
    record Stopped(int promptIndex, String reason) implements JournalRecord {}
}

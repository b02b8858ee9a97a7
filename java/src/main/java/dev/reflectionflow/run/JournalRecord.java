package dev.reflectionflow.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** One line of the journal; a later line about the same image or judgement replaces an earlier one. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = JournalRecord.Drawn.class, name = "image"),
    @JsonSubTypes.Type(value = JournalRecord.Judged.class, name = "score")
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
     * @param parent {@code key} of the image that this one came from, or null
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
            String file,
            String sha256,
            RequestRecord request,
            String modelHash,
            long networkEvaluations,
            double milliseconds)
            implements JournalRecord {}

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
            double milliseconds)
            implements JournalRecord {
        public Judged {
            details = Collections.unmodifiableMap(new LinkedHashMap<>(details == null ? Map.of() : details));
        }
    }
}

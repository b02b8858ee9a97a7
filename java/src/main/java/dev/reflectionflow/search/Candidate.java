package dev.reflectionflow.search;

import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.RequestRecord;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/**
 * An image with everything that led to it, and its score.
 *
 * @param drawn its line in the journal
 * @param chain {@link #image} of the first-round candidate that it descends from
 * @param prompt the current prompt that it was drawn from; the user's own unless a refiner changed it
 * @param reflection that it was drawn with; empty for none
 * @param counts whether it may be chosen; false only in a pool that does not count
 * @param file the PNG
 * @param score what the verifier said
 */
public record Candidate(
        Drawn drawn, int chain, String prompt, String reflection, boolean counts, Path file, Score score) {

    /** Highest score first, ties to the earlier image; what has no score comes last, in drawing order. */
    public static final Comparator<Candidate> BEST_FIRST =
            Comparator.comparing(Candidate::score, Score.BEST_FIRST).thenComparingInt(Candidate::image);

    /** Name of the image, a hash of all that its pixels depend on. */
    public String key() {
        return drawn.key();
    }

    /** The prompt's row. */
    public int promptIndex() {
        return drawn.promptIndex();
    }

    /** Its place in the prompt's drawing order, from 0. */
    public int image() {
        return drawn.image();
    }

    /** From 0, which is the pool's. */
    public int round() {
        return drawn.round();
    }

    /** From 0. */
    public int branch() {
        return drawn.branch();
    }

    /** Key of the candidate whose pixels, noise or refined prompt went into it; empty where only chance did. */
    public Optional<String> parent() {
        return Optional.ofNullable(drawn.parent());
    }

    /** With every default filled in. */
    public RequestRecord request() {
        return drawn.request();
    }

    /** Of the file. */
    public String sha256() {
        return drawn.sha256();
    }

    /** The same with another score. */
    Candidate with(Score other) {
        return new Candidate(drawn, chain, prompt, reflection, counts, file, other);
    }

    /** Whether its score is higher, or it alone has one. */
    boolean isBetterThan(Candidate other) {
        return Score.BEST_FIRST.compare(score, other.score) < 0;
    }
}

package dev.reflectionflow.search;

import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.run.RequestRecord;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/**
 * An image with the request that made it and its score.
 *
 * @param key name of the image, a hash of all that its pixels depend on
 * @param promptIndex the prompt's row
 * @param image its place in the prompt's drawing order, from 0
 * @param round from 0
 * @param branch from 0
 * @param parent key of the candidate that it came from; empty in a first round
 * @param request with every default filled in
 * @param file the PNG
 * @param sha256 of the file
 * @param score what the verifier said
 */
public record Candidate(
        String key,
        int promptIndex,
        int image,
        int round,
        int branch,
        Optional<String> parent,
        RequestRecord request,
        Path file,
        String sha256,
        Score score) {

    /** Highest score first, ties to the earlier image; what has no score comes last, in drawing order. */
    public static final Comparator<Candidate> BEST_FIRST =
            Comparator.comparing(Candidate::score, Score.BEST_FIRST).thenComparingInt(Candidate::image);
}

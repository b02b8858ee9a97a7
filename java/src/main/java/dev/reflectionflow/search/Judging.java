package dev.reflectionflow.search;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.search.Services.Answer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Has a prompt's images judged, each once; answers are joined to the images by their places. */
final class Judging {
    private final FlowRun run;
    private final SearchPrompt prompt;
    private final PromptLog log;
    private final Set<String> asked = new HashSet<>();

    Judging(FlowRun run, SearchPrompt prompt, PromptLog log) {
        this.run = run;
        this.prompt = prompt;
        this.log = log;
    }

    /**
     * The pictures as candidates, in their order. What an earlier start knew is taken as it was then, failures included:
     * the search has gone on from it.
     */
    List<Candidate> judge(List<Picture> pictures) {
        List<Optional<Future<Answer<Score>>>> answers = new ArrayList<>();
        for (Picture picture : pictures) {
            answers.add(
                    first(picture.item()).isPresent()
                                    || !asked.add(picture.item().sha256())
                            ? Optional.empty()
                            : Optional.of(run.services().judge(picture.pixels(), prompt)));
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            Drawn item = pictures.get(i).item();
            Optional<Future<Answer<Score>>> answer = answers.get(i);
            if (answer.isPresent()) {
                keep(item, answer.get());
            } else {
                log.use(first(item).orElseThrow());
            }
            Candidate candidate =
                    candidate(pictures.get(i), Lines.score(first(item).orElseThrow()));
            run.listener().candidateDone(candidate, pictures.get(i).resumed() && answer.isEmpty());
            candidates.add(candidate);
        }
        return candidates;
    }

    /** The candidates with their newest scores; those that an earlier start could not get are asked for once more. */
    List<Candidate> again(List<Candidate> candidates) {
        List<Optional<Future<Answer<Score>>>> answers = candidates.stream()
                .map(candidate -> needsAnother(candidate)
                        ? Optional.of(run.services().judge(pixels(candidate), prompt))
                        : Optional.<Future<Answer<Score>>>empty())
                .toList();
        List<Candidate> newest = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            answers.get(i).ifPresent(answer -> keep(candidate.drawn(), answer));
            Candidate judged = candidate.with(newest(candidate.drawn()));
            if (answers.get(i).isPresent()) {
                run.listener().candidateJudgedAgain(judged);
            }
            newest.add(judged);
        }
        return newest;
    }

    /** Scores of half-drawn images, in their order. */
    List<Answer<Score>> previews(List<RgbImage> previews) {
        List<Future<Answer<Score>>> answers = previews.stream()
                .map(preview -> run.services().judge(() -> preview, prompt))
                .toList();
        return answers.stream().map(this::await).toList();
    }

    private Supplier<RgbImage> pixels(Candidate candidate) {
        return () -> run.codec().decode(candidate.file());
    }

    private boolean needsAnother(Candidate candidate) {
        return newest(candidate.drawn()).isFailure() && asked.add(candidate.sha256());
    }

    private void keep(Drawn item, Future<Answer<Score>> answer) {
        log.keep(Lines.judged(item, run.services().roles().verifier().name(), await(answer)));
    }

    private Answer<Score> await(Future<Answer<Score>> answer) {
        return Questions.await(answer, run.listener()::isCancelled);
    }

    private Optional<Judged> first(Drawn item) {
        return log.answers().judged(item).stream().findFirst();
    }

    private Score newest(Drawn item) {
        List<Judged> all = log.answers().judged(item);
        return Lines.score(all.get(all.size() - 1));
    }

    private Candidate candidate(Picture picture, Score score) {
        Draw draw = picture.draw();
        Drawn item = picture.item();
        return new Candidate(
                item,
                draw.chain() == null ? item.image() : draw.chain(),
                draw.texts().prompt(),
                draw.texts().reflection(),
                item.round() > 0 || run.config().poolCounts(),
                run.folder().resolve(item.file()),
                score);
    }
}

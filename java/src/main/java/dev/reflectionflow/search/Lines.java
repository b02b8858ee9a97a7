package dev.reflectionflow.search;

import dev.reflectionflow.feedback.Advice;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.feedback.Usage;
import dev.reflectionflow.run.JournalRecord.Advised;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.TokenUsage;
import dev.reflectionflow.search.Services.Answer;
import java.util.Locale;

/** Answers as lines of the journal, and back. */
final class Lines {
    private Lines() {}

    static Judged judged(Drawn image, String verifier, Answer<Score> answer) {
        Score score = answer.value();
        return new Judged(
                image.promptIndex(),
                image.image(),
                image.sha256(),
                verifier,
                word(score.status()),
                score.isScored() ? score.value() : null,
                score.details(),
                score.explanation(),
                score.satisfied(),
                usage(score.usage()),
                answer.milliseconds());
    }

    static Score score(Judged line) {
        Score.Status status = Score.Status.valueOf(line.status().toUpperCase(Locale.ROOT));
        double value = line.score() == null ? 0 : line.score();
        return new Score(status, value, line.details(), line.explanation(), line.satisfied(), usage(line.usage()));
    }

    static Advised advised(Drawn image, AdviceRole role, String adviser, Answer<Advice> answer) {
        Advice advice = answer.value();
        return new Advised(
                image.promptIndex(),
                image.image(),
                image.sha256(),
                role.word(),
                adviser,
                word(advice.status()),
                advice.text(),
                advice.explanation(),
                usage(advice.usage()),
                answer.milliseconds());
    }

    static Advice advice(Advised line) {
        Advice.Status status = Advice.Status.valueOf(line.status().toUpperCase(Locale.ROOT));
        return new Advice(status, line.text(), line.explanation(), usage(line.usage()));
    }

    static TokenUsage usage(Usage usage) {
        return usage.equals(Usage.NONE)
                ? null
                : new TokenUsage(usage.calls(), usage.promptTokens(), usage.completionTokens());
    }

    private static Usage usage(TokenUsage usage) {
        return usage == null ? Usage.NONE : new Usage(usage.calls(), usage.promptTokens(), usage.completionTokens());
    }

    private static String word(Enum<?> status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}

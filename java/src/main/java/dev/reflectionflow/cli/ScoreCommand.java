package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.cli.ScoreImages.Question;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.feedback.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Has images judged. */
@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Has images judged against a prompt, and prints a score and a path for each, in the order given.",
            "",
            "Examples:",
            "  reflectionflow score image.png --prompt \"a photo of a red circle\"",
            "  reflectionflow score *.png --prompt \"three green stars\" | sort -rn | head -1",
            "  reflectionflow score *.png --prompt \"a lighthouse at dusk\" --format json \\",
            "      --verifier openai --verifier-url http://localhost:8000/v1 --verifier-model NAME",
            ""
        })
final class ScoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "PNG files.")
    private List<Path> images;

    @Option(names = "--prompt", paramLabel = "TEXT", required = true, description = "What the images should show.")
    private String prompt;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}: a line, or an object with parts and explanation, for each image."
                    + " Default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.TEXT;

    @Mixin
    private VerifierOptions verifier = new VerifierOptions();

    @Mixin
    private AskingOptions asking = new AskingOptions();

    @Override
    public Integer call() {
        Console console = Console.of(spec.commandLine());
        PromptCheck.check("prompt", prompt);
        Verifier judge = verifier.create(spec, console, asking);
        judge.checkReady();
        List<Question> questions = images.stream()
                .map(image -> new Question(image, prompt, Map.of("prompt", prompt)))
                .toList();
        AtomicInteger unscored = new AtomicInteger();
        ScoreImages.judge(judge, questions, (question, score) -> {
            console.result(format == OutputFormat.JSON ? json(question, score) : text(question, score));
            if (score.isFailure()) {
                unscored.incrementAndGet();
                console.note(question.file() + ": " + score.explanation());
            }
        });
        if (unscored.get() == 0) {
            return 0;
        }
        console.note(unscored + " of " + images.size() + " images stayed unscored");
        return ErrorCode.UNSCORED.exitCode();
    }

    private static String text(Question question, Score score) {
        String value = score.isScored() ? String.format(Locale.ROOT, "%.4f", score.value()) : status(score);
        return value + " " + question.file();
    }

    private static String json(Question question, Score score) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("file", question.file().toString()).put("prompt", question.prompt());
        node.put("status", status(score)).put("score", score.isScored() ? (Double) score.value() : null);
        node.put("satisfied", score.satisfied()).put("explanation", score.explanation());
        ObjectNode details = node.putObject("details");
        score.details().forEach(details::put);
        return node.toString();
    }

    private static String status(Score score) {
        return score.status().name().toLowerCase(Locale.ROOT);
    }
}

package dev.reflectionflow.cli;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.scenes.SceneMatch;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneReader;
import dev.reflectionflow.scenes.evaluator.Evaluation;
import dev.reflectionflow.scenes.evaluator.SceneEvaluator;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Has images judged by the domain's metric. */
@Command(
        name = "judge",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Has the evaluator judge images.",
            "Prints right or wrong, what the scene verifier says, the file, and what the evaluator sees: each",
            "object with its overlap with the best ideal shape.",
            "",
            "Examples:",
            "  reflectionflow scenes judge image.png --prompt \"two red circles\"",
            "  reflectionflow scenes judge out/run/00000/samples/*.png --prompt \"a star above a square\"",
            ""
        })
final class ScenesJudgeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "PNG files.")
    private List<Path> images;

    @Option(names = "--prompt", paramLabel = "TEXT", required = true, description = "What the images should show.")
    private String text;

    @Override
    public Integer call() {
        ScenePrompt prompt = ScenePrompt.parse(text)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--prompt is not about coloured shapes: " + Console.oneLine(text)));
        Console console = Console.of(spec.commandLine());
        for (Path file : images) {
            RgbImage image = PngReader.read(file).image();
            Evaluation evaluation = SceneEvaluator.evaluate(image, prompt);
            boolean verified = SceneMatch.of(prompt, SceneReader.read(image)).holds();
            console.result(word(evaluation.holds()) + " (verifier: " + word(verified) + ") " + file + ": "
                    + evaluation.words());
        }
        return 0;
    }

    private static String word(boolean right) {
        return right ? "right" : "wrong";
    }
}

package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.RecordedRun;
import dev.reflectionflow.scenes.SceneMatch;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneReader;
import dev.reflectionflow.scenes.evaluator.SceneEvaluator;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A prompt's images with what both judges say of them.
 *
 * @param tag the prompt's kind, empty where its row says none
 * @param images in drawing order
 */
record JudgedScenes(String tag, List<JudgedImage> images) {
    /**
     * An image.
     *
     * @param score what it was chosen by: the run's verifier's, or the scene verifier's where no run says
     * @param verified whether the scene verifier is satisfied
     * @param right whether the evaluator is
     */
    record JudgedImage(double score, boolean verified, boolean right) {}

    /**
     * Judges all images of a prompt.
     *
     * @param scores of the run's verifier, by file
     * @throws EngineException {@code INVALID_FILE} where the prompt is not about shapes or an image cannot be read
     */
    static JudgedScenes of(FilterSource.Images source, Map<Path, Double> scores) {
        String text = source.prompt().text();
        ScenePrompt prompt = ScenePrompt.parse(text)
                .orElseThrow(() -> new EngineException(
                        ErrorCode.INVALID_FILE,
                        source.metadata() + ": not a prompt about coloured shapes: " + Console.oneLine(text)));
        Object tag = source.prompt().metadata().getOrDefault("tag", "");
        List<JudgedImage> images = source.images().stream()
                .map(file -> judge(prompt, PngReader.read(file).image(), scores.get(file)))
                .toList();
        return new JudgedScenes(String.valueOf(tag), images);
    }

    private static JudgedImage judge(ScenePrompt prompt, RgbImage image, Double score) {
        SceneMatch match = SceneMatch.of(prompt, SceneReader.read(image));
        boolean right = SceneEvaluator.evaluate(image, prompt).holds();
        return new JudgedImage(score == null ? match.value() : score, match.holds(), right);
    }

    /** The newest scores that a run's journal holds; files without one are absent. */
    static Map<Path, Double> scores(RecordedRun run) {
        Map<Path, Double> scores = new HashMap<>();
        for (int index : run.records().promptIndexes()) {
            run.records().images(index).forEach(image -> {
                for (Judged line : run.records().judged(image)) {
                    if (line.score() != null) {
                        scores.put(run.file(image), line.score());
                    }
                }
            });
        }
        return scores;
    }

    /** Whether the best scored of the first images is right; the earliest of equals, as searches choose. */
    boolean isChosenRight(int budget) {
        JudgedImage best = images.get(0);
        for (JudgedImage image : images.subList(0, Math.min(budget, images.size()))) {
            best = image.score() > best.score() ? image : best;
        }
        return best.right();
    }

    /** Whether any of the first images is right. */
    boolean isAnyRight(int budget) {
        return images.stream().limit(budget).anyMatch(JudgedImage::right);
    }
}

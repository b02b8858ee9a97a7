package dev.reflectionflow.report;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.image.PngWriter;
import dev.reflectionflow.run.Hashes;
import dev.reflectionflow.run.JournalRecord.Advised;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.JournalRecord.Stopped;
import dev.reflectionflow.run.JournalRecord.Texts;
import dev.reflectionflow.run.RequestRecord;
import dev.reflectionflow.run.RunFolder;
import dev.reflectionflow.run.RunLayout;
import dev.reflectionflow.run.TokenUsage;
import dev.reflectionflow.scenes.DisturbedRenderer;
import dev.reflectionflow.scenes.SceneColor;
import dev.reflectionflow.scenes.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small runs with everything that a run can hold, as a search writes them. */
public final class SampleRun implements AutoCloseable {
    public static final String POSITION = "a photo of a red circle left of a blue square";
    public static final String HOSTILE = "<script>document.title='taken'</script> & \"two\" <b>stars</b>";
    public static final String COUNTING = "three green stars";
    public static final int STEPS = 4;
    static final String HASH = "0123456789abcdef".repeat(4);

    private final RunFolder folder;
    private final List<Drawn> images = new ArrayList<>();
    private int prompt;

    private SampleRun(Path directory, Map<String, ?> config) {
        folder = RunFolder.open(directory, config);
    }

    /** A run of three prompts: chains with reflections, one without a score, one of noise alone. */
    public static void write(Path directory, String strategy) {
        try (SampleRun run = new SampleRun(directory, config(strategy))) {
            run.chains();
            run.hostile();
            run.noise();
        }
    }

    private static Map<String, Object> config(String strategy) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("format", 2);
        config.put("strategy", strategy);
        config.put("rounds", 4);
        config.put("branches", 2);
        config.put("pool_counts", true);
        config.put("seed", 5);
        config.put("width", 64);
        config.put("height", 64);
        config.put("steps", STEPS);
        config.put("guidance", 3.5);
        config.put("model_hash", HASH);
        config.put("verifier", Map.of("name", "scene"));
        config.put("reflector", Map.of("name", "openai", "model", "critic-7b"));
        return config;
    }

    /** 0 and 1 are the pool; 2 and 4 descend from 0, 3 from 1, 5 from 4: scores 0.25, 0.5, 0.75, 0.4, 0.7, 1. */
    private void chains() {
        start(0, Map.of("tag", "position", "prompt", POSITION));
        draw(null, new Texts(POSITION, ""), 0);
        draw(null, new Texts(POSITION, ""), 0);
        judge(0, 0.25, false);
        judge(1, 0.5, false);
        advise(0, "reflection", "given", "Move the red circle to the left of the blue square.");
        String refined = "a clear photo of one red circle far left of a blue square";
        draw(0, new Texts(refined, "Move the red circle to the left."), 1);
        draw(1, new Texts(POSITION, "Add one blue square."), 1);
        judge(2, 0.75, false);
        judge(3, 0.4, false);
        draw(0, new Texts(refined + ", studio light", "Remove the green star."), 2);
        judge(4, 0.7, false);
        draw(4, new Texts(refined, "Make the square bluer."), 3);
        judge(5, 1.0, true);
        stop("satisfied");
    }

    private void hostile() {
        start(1, Map.of("prompt", HOSTILE));
        draw(null, new Texts(HOSTILE, ""), 0);
        draw(null, new Texts(HOSTILE, ""), 0);
        folder.keep(judged(images.get(0), "unscored", null, false, "the service said <img src=x onerror=alert(1)>"));
        judge(1, 0.5, false);
        advise(1, "reflection", "failed", "");
        draw(1, new Texts(HOSTILE.replace("two", "three"), ""), 1);
        judge(2, 0.4, false);
        stop("rounds");
    }

    private void noise() {
        start(2, Map.of("tag", "counting", "prompt", COUNTING));
        for (int i = 0; i < 4; i++) {
            draw(null, null, i / 2);
        }
        for (int i = 0; i < 4; i++) {
            judge(i, 0.9, false);
        }
    }

    private void start(int index, Map<String, ?> metadata) {
        prompt = index;
        images.clear();
        folder.startPrompt(index, metadata);
    }

    private void draw(Integer parent, Texts texts, int round) {
        int image = images.size();
        long seed = 1000L * prompt + image;
        RequestRecord request = RequestRecord.of(GenerationRequest.builder("p")
                .size(64, 64)
                .steps(STEPS)
                .seed(seed)
                .build());
        DisturbedRenderer renderer = new DisturbedRenderer(seed, 64);
        byte[] png = PngWriter.toBytes(
                renderer.draw(renderer.place(List.of(Map.entry(Shape.CIRCLE, SceneColor.RED)))), Map.of());
        Drawn drawn = new Drawn(
                request.key(HASH),
                prompt,
                image,
                round,
                image % 2,
                parent == null ? null : images.get(parent).key(),
                texts,
                RunLayout.sample(prompt, image),
                Hashes.sha256(png),
                request,
                HASH,
                STEPS,
                100);
        folder.keep(drawn, png);
        images.add(drawn);
    }

    private void judge(int image, double score, boolean satisfied) {
        folder.keep(judged(images.get(image), "scored", score, satisfied, "shows a scene"));
    }

    private static Judged judged(Drawn image, String status, Double score, boolean satisfied, String why) {
        Map<String, Double> details = score == null ? Map.of() : Map.of("1 red circle", score);
        return new Judged(
                image.promptIndex(),
                image.image(),
                image.sha256(),
                "scene",
                status,
                score,
                details,
                why,
                satisfied,
                null,
                10);
    }

    private void advise(int image, String role, String status, String text) {
        Drawn drawn = images.get(image);
        folder.keep(new Advised(
                prompt,
                image,
                drawn.sha256(),
                role,
                "openai",
                status,
                text,
                "timed out",
                new TokenUsage(1, 90, 10),
                50));
    }

    private void stop(String reason) {
        folder.keep(new Stopped(prompt, reason));
    }

    @Override
    public void close() {
        folder.close();
    }
}

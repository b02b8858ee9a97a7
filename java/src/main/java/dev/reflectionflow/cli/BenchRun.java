package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.Timings;
import dev.reflectionflow.engine.FluxEngine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Draws batches and keeps how long each stage took. */
final class BenchRun {
    private static final String PROMPT = "a photo of a red circle left of a blue square";

    private final Console console;
    private final EngineSettings settings;
    private final int warmUp;
    private final int runs;
    private final BenchSize condition;
    private final Progress progress;
    private final Map<BenchStage, List<Double>> milliseconds = new EnumMap<>(BenchStage.class);
    private final List<Double> javaMs = new ArrayList<>();

    /** @param condition the size of the earlier image, or null for none */
    BenchRun(Console console, EngineSettings settings, int warmUp, int runs, BenchSize condition) {
        this.console = console;
        this.settings = settings;
        this.warmUp = warmUp;
        this.runs = runs;
        this.condition = condition;
        this.progress = new Progress(console, (warmUp + runs) * settings.batchSize());
    }

    /** Opens the model and measures; {@code open} has the size and the steps. */
    BenchResult measure(EngineOpener opener, GenerationRequest open) {
        try (Interrupts interrupts = new Interrupts(console);
                OpenEngine engine = opener.open(settings)) {
            engine.warnings().forEach(console::note);
            GenerationRequest resolved = engine.resolve(request(open, 0, 0));
            for (int run = 0; run < warmUp + runs; run++) {
                List<GenerationRequest> batch = batch(resolved, run);
                GenerationListener listener = listener(run, interrupts);
                long begun = System.nanoTime();
                GeneratedImage image = engine.generate(batch, listener).get(0);
                double total = (System.nanoTime() - begun) / 1e6;
                if (run >= warmUp) {
                    keep(image.timings(), total);
                }
            }
            return result(engine, resolved);
        } catch (EngineException e) {
            throw e.code() == ErrorCode.CANCELLED
                    ? new EngineException(ErrorCode.CANCELLED, "interrupted; nothing was measured", e)
                    : e;
        } finally {
            console.clear();
        }
    }

    private BenchResult result(OpenEngine engine, GenerationRequest request) {
        BenchWork work = new BenchWork(
                engine.transformer(),
                settings.batchSize(),
                request.maxSequenceLength(),
                BenchSize.tokens(request.width(), request.height()),
                condition == null ? 0 : BenchSize.tokens(condition.width(), condition.height()));
        String libtorch = FluxEngine.about().getOrDefault("libtorch", "of unknown version");
        return new BenchResult(
                engine.model(), settings, engine.dtype(), request, warmUp, work, milliseconds, javaMs, libtorch);
    }

    private List<GenerationRequest> batch(GenerationRequest resolved, int run) {
        List<GenerationRequest> batch = new ArrayList<>();
        for (int i = 0; i < settings.batchSize(); i++) {
            batch.add(request(resolved, run, i));
        }
        return batch;
    }

    /** Prompt and condition are new in every run, for the engine keeps what it encoded; a batch shares them. */
    private GenerationRequest request(GenerationRequest open, int run, int image) {
        boolean fixed = settings.randomWeights() != null;
        return open.toBuilder()
                .prompt(fixed ? PROMPT : PROMPT + " " + run)
                .seed((long) run * settings.batchSize() + image)
                .condition(condition == null ? null : GenerationRequest.Condition.of(picture(run)))
                .build();
    }

    private RgbImage picture(int run) {
        ByteBuffer pixels = ByteBuffer.allocate(3 * condition.width() * condition.height());
        for (int i = 0; i < pixels.capacity(); i++) {
            pixels.put(i, (byte) (i + run));
        }
        return new RgbImage(condition.width(), condition.height(), pixels);
    }

    private GenerationListener listener(int run, Interrupts interrupts) {
        String label = run < warmUp ? "warm-up" : "measuring";
        return new GenerationListener() {
            @Override
            public boolean onStep(int step, int steps, Supplier<List<RgbImage>> preview) {
                progress.step(label, run * settings.batchSize(), settings.batchSize(), step, steps);
                return !interrupts.isAsked();
            }
        };
    }

    private void keep(Timings timings, double total) {
        if (settings.randomWeights() == null) {
            keep(BenchStage.TEXT, timings.textMs());
        }
        if (condition != null) {
            keep(BenchStage.CONDITION, timings.conditionMs());
        }
        keep(BenchStage.PREPARE, timings.prepareMs());
        timings.stepMs().forEach(step -> keep(BenchStage.STEP, step));
        keep(BenchStage.DECODE, timings.decodeMs());
        keep(BenchStage.TOTAL, total);
        javaMs.add(total - timings.nativeMs());
    }

    private void keep(BenchStage stage, double sample) {
        milliseconds.computeIfAbsent(stage, any -> new ArrayList<>()).add(sample);
    }
}

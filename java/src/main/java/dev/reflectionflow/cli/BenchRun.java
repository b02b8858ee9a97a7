package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.Timings;
import dev.reflectionflow.engine.FluxEngine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** Draws batches and keeps how long each stage took. */
final class BenchRun {
    private final Console console;
    private final EngineSettings settings;
    private final BenchCommand.Work work;
    private final BenchSize condition;
    private final BenchRequests requests;
    private final Progress progress;
    private final Map<BenchStage, List<Double>> milliseconds = new EnumMap<>(BenchStage.class);
    private final List<Double> javaMs = new ArrayList<>();
    private long skipped;
    private BenchFirstImage first;

    /** @param condition the size of the earlier image, or null for none */
    BenchRun(Console console, EngineSettings settings, BenchCommand.Work work, BenchSize condition) {
        this.console = console;
        this.settings = settings;
        this.work = work;
        this.condition = condition;
        this.requests = new BenchRequests(settings, condition);
        this.progress = new Progress(console, (work.warmUp + work.runs) * settings.batchSize());
    }

    /** Opens the model and measures; {@code open} has the size and the steps. */
    BenchResult measure(EngineOpener opener, GenerationRequest open) {
        long begun = System.nanoTime();
        try (Interrupts interrupts = new Interrupts(console);
                OpenEngine engine = opener.open(settings)) {
            double openMs = (System.nanoTime() - begun) / 1e6;
            engine.warnings().forEach(console::note);
            GenerationRequest resolved = engine.resolve(requests.batch(open, 0).get(0));
            checkSteps(resolved.steps());
            for (int run = 0; run < work.warmUp + work.runs; run++) {
                if (work.stepsOnly) {
                    steps(engine, requests.batch(resolved, run), run, interrupts);
                } else {
                    image(engine, requests.batch(resolved, run), run, interrupts, openMs);
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

    /** Whether steps are queued on a device: the host comes back from the first at once, and from the last after two. */
    private boolean queued() {
        return settings.computing().device().cuda();
    }

    /** There must be a step whose time is its own. */
    private void checkSteps(int steps) {
        if (work.stepsOnly && settings.computing().cacheThreshold() > 0) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "--steps-only goes without --cache-threshold: which steps it skipped is said with the image");
        }
        int least = queued() ? 3 : work.stepsOnly ? 2 : 1;
        if (steps < least) {
            String why = queued() ? "--device " + settings.computing().device() : "--steps-only";
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    why + " needs --steps " + least + " or more: a time is a step's own from the second"
                            + (queued() ? " to the last but one" : ""));
        }
    }

    private void image(
            OpenEngine engine, List<GenerationRequest> batch, int run, Interrupts interrupts, double openMs) {
        GenerationListener listener = listener(run, step -> !interrupts.isAsked());
        long begun = System.nanoTime();
        GeneratedImage image = engine.generate(batch, listener).get(0);
        double total = (System.nanoTime() - begun) / 1e6;
        if (run == 0) {
            first = new BenchFirstImage(
                    openMs, total, Machine.sinceStartMs(), image.image().sha256());
        }
        if (run >= work.warmUp) {
            keep(image.timings(), total);
            skipped += image.execution().skippedSteps();
        }
    }

    /** From the end of each step to the end of the next; the last one stops the engine, as a user would. */
    private void steps(OpenEngine engine, List<GenerationRequest> batch, int run, Interrupts interrupts) {
        int last = batch.get(0).steps();
        long[] ends = new long[last + 1];
        try {
            engine.generate(batch, listener(run, step -> {
                ends[step] = System.nanoTime();
                return step < last && !interrupts.isAsked();
            }));
        } catch (EngineException e) {
            if (e.code() != ErrorCode.CANCELLED || ends[last] == 0 || interrupts.isAsked()) {
                throw e;
            }
        }
        for (int step = 2; step <= (queued() ? last - 1 : last) && run >= work.warmUp; step++) {
            keep(BenchStage.STEP, (ends[step] - ends[step - 1]) / 1e6);
        }
    }

    private BenchResult result(OpenEngine engine, GenerationRequest request) {
        BenchWork step = new BenchWork(
                engine.transformer(),
                settings.batchSize(),
                request.maxSequenceLength(),
                BenchSize.tokens(request.width(), request.height()),
                condition == null ? 0 : BenchSize.tokens(condition.width(), condition.height()));
        String libtorch = FluxEngine.about().getOrDefault("libtorch", "of unknown version");
        return new BenchResult(
                engine.model(),
                settings,
                engine.dtype(),
                engine.approximations(),
                request,
                work,
                step,
                skipped,
                milliseconds,
                first,
                javaMs,
                libtorch);
    }

    /** @param goOn is given each step's number and says whether to go on */
    private GenerationListener listener(int run, IntPredicate goOn) {
        String label = run < work.warmUp ? "warm-up" : "measuring";
        return new GenerationListener() {
            @Override
            public boolean onStep(int step, int steps, Supplier<List<RgbImage>> preview) {
                boolean more = goOn.test(step);
                progress.step(label, run * settings.batchSize(), settings.batchSize(), step, steps);
                return more;
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
        List<Double> steps = timings.stepMs();
        (queued() ? steps.subList(1, steps.size() - 1) : steps).forEach(step -> keep(BenchStage.STEP, step));
        keep(BenchStage.DECODE, timings.decodeMs());
        keep(BenchStage.TOTAL, total);
        javaMs.add(total - timings.nativeMs());
    }

    private void keep(BenchStage stage, double sample) {
        milliseconds.computeIfAbsent(stage, any -> new ArrayList<>()).add(sample);
    }
}

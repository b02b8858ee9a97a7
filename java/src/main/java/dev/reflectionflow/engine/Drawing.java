package dev.reflectionflow.engine;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.internal.NativeEngine;
import dev.reflectionflow.engine.internal.NativeEngine.RunSettings;
import dev.reflectionflow.weights.ModelWeights;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Draws batches: text, condition, noise, steps, pixels. On the engine's thread only. */
final class Drawing implements AutoCloseable {
    private static final int CACHED_TEXTS = 64;
    private static final int CACHED_CONDITIONS = 8;

    private final NativeModel model;
    private final NativeEngine engine;
    private final TextSource textSource;
    private final FlowMatchSchedule schedule;
    private final TorchRandom.Type noiseType;
    private final int latentChannels;
    private final String modelHash;
    private final CaptureWarning captureWarning = new CaptureWarning();
    private final HandleCache<PromptTokens.Text> texts;
    private final HandleCache<RgbImage> conditions;

    /** Takes over the model: it is closed with this object. */
    Drawing(NativeModel model, ModelWeights weights, ComputeType type, String modelHash) {
        this.model = model;
        this.engine = model.engine();
        this.textSource = TextSource.of(weights, engine);
        this.schedule = new FlowMatchSchedule(weights.scheduler());
        this.noiseType = type == ComputeType.BFLOAT16 ? TorchRandom.Type.BFLOAT16 : TorchRandom.Type.FLOAT32;
        this.latentChannels = weights.autoencoder().latentChannels();
        this.modelHash = modelHash;
        this.texts = new HandleCache<>(CACHED_TEXTS, engine::release);
        this.conditions = new HandleCache<>(CACHED_CONDITIONS, engine::release);
    }

    /**
     * What was spent before a run's first step.
     *
     * @param computed the engine's own count of nanoseconds when it began
     */
    record Preparation(double textMs, double conditionMs, double prepareMs, long computed) {
        double totalMs() {
            return textMs + conditionMs + prepareMs;
        }
    }

    /** The images of one batch, in its order. */
    List<GeneratedImage> draw(Batch batch, GenerationListener listener, BooleanSupplier cancelled) {
        try (DrawingRun run = begin(batch, listener)) {
            run.stepTo(batch.first().steps(), listener, cancelled);
            return finish(run, listener);
        }
    }

    /** A run that has not made a step yet; to be closed. */
    DrawingRun begin(Batch batch, GenerationListener listener) {
        Stopwatch watch = new Stopwatch();
        long computed = engine.computeNanos();
        long[] textHandles = encodeTexts(batch, listener);
        double textMs = watch.lap();
        long[] conditionHandles = encodeConditions(batch);
        double conditionMs = watch.lap();
        try {
            long run = begin(batch, textHandles, conditionHandles);
            return new DrawingRun(
                    engine, run, batch, modelHash, new Preparation(textMs, conditionMs, watch.lap(), computed));
        } finally {
            texts.trim();
            conditions.trim();
        }
    }

    /** The images of a run that has made all its steps. */
    List<GeneratedImage> finish(DrawingRun run, GenerationListener listener) {
        List<GeneratedImage> images = run.finish();
        captureWarning.hear(images.get(0).execution(), listener);
        return images;
    }

    NativeModel model() {
        return model;
    }

    /** Forgets conditionings, so that a recorded run computes them anew. */
    void forgetConditionings() {
        texts.clear();
        conditions.clear();
    }

    float[] sigmas(GenerationRequest request) {
        return schedule.sigmas(request.steps(), RunInputs.imageTokens(request));
    }

    @Override
    public void close() {
        try {
            textSource.close();
        } finally {
            model.close();
        }
    }

    private long[] encodeTexts(Batch batch, GenerationListener listener) {
        long[] handles = new long[batch.size()];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = texts.get(
                    PromptTokens.Text.of(batch.requests().get(i)),
                    text -> textSource.conditioning(text, listener::onWarning));
        }
        return handles;
    }

    private long[] encodeConditions(Batch batch) {
        if (batch.first().condition() == null) {
            return null;
        }
        return batch.requests().stream()
                .mapToLong(request -> conditions.get(request.condition().image(), model::encodeImage))
                .toArray();
    }

    private long begin(Batch batch, long[] textHandles, long[] conditionHandles) {
        float[] noise = RunInputs.noise(batch, latentChannels, noiseType);
        float[] sigmas = RunInputs.sigmas(batch, sigmas(batch.first()));
        try (RunSettings settings = RunInputs.settings(batch, !model.hasCorrector())) {
            return engine.begin(settings, textHandles, conditionHandles, noise, sigmas, RunInputs.guidance(batch));
        }
    }
}

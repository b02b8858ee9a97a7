package dev.reflectionflow.engine;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.Timings;
import dev.reflectionflow.engine.internal.NativeEngine;
import dev.reflectionflow.engine.internal.NativeEngine.RunSettings;
import dev.reflectionflow.weights.ModelWeights;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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

    /** The images of one batch, in its order. */
    List<GeneratedImage> draw(Batch batch, GenerationListener listener, BooleanSupplier cancelled) {
        Stopwatch watch = new Stopwatch();
        long computed = engine.computeNanos();
        long[] textHandles = encodeTexts(batch, listener);
        double textMs = watch.lap();
        long[] conditionHandles = encodeConditions(batch);
        double conditionMs = watch.lap();
        long run = begin(batch, textHandles, conditionHandles);
        double prepareMs;
        List<Double> stepMs;
        List<RgbImage> pixels;
        double decodeMs;
        try {
            prepareMs = watch.lap();
            stepMs = denoise(batch, run, listener, cancelled, watch);
            pixels = pixels(batch, rgb -> engine.decode(run, rgb));
            decodeMs = watch.lap();
        } finally {
            engine.release(run);
            texts.trim();
            conditions.trim();
        }
        double nativeMs = (engine.computeNanos() - computed) / 1e6;
        Timings timings = new Timings(textMs, conditionMs, prepareMs, stepMs, decodeMs, nativeMs, watch.total());
        List<GeneratedImage> images = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            images.add(new GeneratedImage(pixels.get(i), batch.requests().get(i), modelHash, timings));
        }
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
        try (RunSettings settings = RunInputs.settings(batch)) {
            return engine.begin(settings, textHandles, conditionHandles, noise, sigmas, RunInputs.guidance(batch));
        }
    }

    private List<Double> denoise(
            Batch batch, long run, GenerationListener listener, BooleanSupplier cancelled, Stopwatch watch) {
        int steps = batch.first().steps();
        List<Double> stepMs = new ArrayList<>(steps);
        watch.lap();
        for (int step = 1; step <= steps; step++) {
            if (cancelled.getAsBoolean()) {
                throw new EngineException(
                        ErrorCode.CANCELLED, "cancelled after " + (step - 1) + " of " + steps + " steps");
            }
            engine.step(run);
            stepMs.add(watch.lap());
            if (!listener.onStep(step, steps, () -> pixels(batch, rgb -> engine.preview(run, rgb)))) {
                throw new EngineException(ErrorCode.CANCELLED, "stopped after " + step + " of " + steps + " steps");
            }
            watch.lap();
        }
        return stepMs;
    }

    private interface PixelSource {
        void read(ByteBuffer rgb);
    }

    private static List<RgbImage> pixels(Batch batch, PixelSource source) {
        int width = batch.first().width();
        int height = batch.first().height();
        int bytes = width * height * 3;
        ByteBuffer all = ByteBuffer.allocateDirect(Math.multiplyExact(bytes, batch.size()));
        source.read(all);
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            images.add(new RgbImage(width, height, all.slice(i * bytes, bytes)));
        }
        return images;
    }
}

package dev.reflectionflow.engine;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.engine.internal.NativeEngine.RunSettings;
import java.util.Arrays;

/** A batch's requests as the native engine's {@code begin} takes them. */
final class RunInputs {
    /** Width and height of the pixels that one token stands for. */
    private static final int PIXELS_PER_TOKEN = 16;

    private static final int LATENTS_PER_TOKEN = 4;

    private RunInputs() {}

    /**
     * The numbers of a run; to be closed.
     *
     * @param lorasOnPlainImages whether LoRAs act on images drawn without a condition
     */
    static RunSettings settings(Batch batch, boolean lorasOnPlainImages) {
        GenerationRequest first = batch.first();
        RunSettings settings = new RunSettings()
                .batch(batch.size())
                .width(first.width())
                .height(first.height())
                .steps(first.steps());
        GenerationRequest.Condition condition = first.condition();
        if (condition == null) {
            return settings.adaptersOnLatents(lorasOnPlainImages);
        }
        return settings.adaptersOnLatents(condition.latentLora())
                .conditionScale((float) condition.scale())
                .conditionTimestep((float) condition.timestep())
                .conditionColumnShift(-condition.image().width() / PIXELS_PER_TOKEN)
                .unionAttention(condition.unionAttention())
                .addAttention(condition.addAttention())
                .imageGuidance((float) condition.imageGuidance());
    }

    /** (batch, channels, h/8, w/8), each sample from a generator of its own: its picture does not depend on the batch. */
    static float[] noise(Batch batch, int channels, TorchRandom.Type type) {
        int sample = channels * imageTokens(batch.first()) * LATENTS_PER_TOKEN;
        float[] noise = new float[Math.multiplyExact(sample, batch.size())];
        for (int i = 0; i < batch.size(); i++) {
            System.arraycopy(noise(batch.requests().get(i), sample, type), 0, noise, i * sample, sample);
        }
        return noise;
    }

    /** A request's noise: that of its seed, and the steps away from it. */
    private static float[] noise(GenerationRequest request, int size, TorchRandom.Type type) {
        float[] noise = new TorchRandom(request.seed()).normals(size, type);
        for (GenerationRequest.NoiseStep step : request.noiseSteps()) {
            float[] fresh = new TorchRandom(step.seed()).normals(size, type);
            double kept = Math.sqrt(1 - step.distance() * step.distance());
            for (int i = 0; i < size; i++) {
                noise[i] = (float) (kept * noise[i] + step.distance() * fresh[i]);
            }
        }
        return noise;
    }

    /** (steps + 1, batch): every sample follows the same schedule. */
    static float[] sigmas(Batch batch, float[] schedule) {
        float[] sigmas = new float[schedule.length * batch.size()];
        for (int step = 0; step < schedule.length; step++) {
            Arrays.fill(sigmas, step * batch.size(), (step + 1) * batch.size(), schedule[step]);
        }
        return sigmas;
    }

    /** (batch). */
    static float[] guidance(Batch batch) {
        float[] guidance = new float[batch.size()];
        for (int i = 0; i < guidance.length; i++) {
            guidance[i] = batch.requests().get(i).guidance().floatValue();
        }
        return guidance;
    }

    /** Tokens of a request's image. */
    static int imageTokens(GenerationRequest request) {
        return (request.width() / PIXELS_PER_TOKEN) * (request.height() / PIXELS_PER_TOKEN);
    }
}
